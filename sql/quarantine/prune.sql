-- scout.quarantine: closed entries past their retention go, counted in the ledger; of a discarded record of bronze only
-- the payload goes, which bronze has too: the entry is what keeps the record out of silver.
-- reads:  bronze/ingestion_batches
-- params: days, row_limit
-- rerun:  safe, removes what is left
with chosen as (
    select
        entry.store_id,
        entry.quarantine_id,
        entry.is_held
    from scout.quarantine as entry
    where
        entry.status <> 'open'
        and entry.resolved_at < now() - make_interval(days => cast(:days as integer))
        and (not entry.is_held or entry.payload <> '{}')
        -- what a person counted against a rule in force: the entry keeps the sale in
        and not coalesce(
            entry.status = 'replayed'
            and entry.reason_code = 'broken_rule'
            and entry.rule_version = scout.rule_version_in_force(entry.rule_id),
            false
        )
    order by entry.quarantine_id
    limit :row_limit
    for update skip locked
),

emptied as (
    update scout.quarantine as entry
    set payload = '{}'
    from chosen
    where chosen.is_held and entry.store_id = chosen.store_id and entry.quarantine_id = chosen.quarantine_id
),

removed as (
    delete from scout.quarantine as entry
    using chosen
    where not chosen.is_held and entry.store_id = chosen.store_id and entry.quarantine_id = chosen.quarantine_id
    returning entry.batch_id, entry.layer, entry.line_number
),

counted as (
    update scout.bronze_ingestion_batches as batch
    set lines_pruned = batch.lines_pruned + of_batch.line_count
    from (
        select
            removed.batch_id,
            count(*) as line_count
        from removed
        where removed.layer = 'bronze' and removed.line_number is not null
        group by removed.batch_id
    ) as of_batch
    where batch.batch_id = of_batch.batch_id
)

select count(*) as pruned
from chosen;
