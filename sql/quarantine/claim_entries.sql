-- scout.quarantine: claims the next open entries of a selection, as if they had entered; whoever refuses one opens it
-- again. What nobody changed since it was refused is left alone, unless told otherwise.
-- reads:  bronze/quarantine
-- params: selection, source_id, layer, is_file, mapping_version, is_forced, after_id, row_limit, byte_limit, by
-- rerun:  safe, in the transaction of the step; entries that another step holds are skipped
with candidates as (
    select
        entry.store_id,
        entry.quarantine_id,
        sum(coalesce(octet_length(entry.raw_bytes), 0)) over (order by entry.quarantine_id) as bytes_so_far,
        row_number() over (order by entry.quarantine_id) as position_in_step
    from scout.quarantine as entry
    where
        entry.status = 'open'
        and entry.quarantine_id > :after_id
        and entry.source_id = cast(:source_id as smallint)
        and entry.layer = :layer
        and (entry.layer = 'bronze' and entry.line_number is null) = cast(:is_file as boolean)
        and scout.quarantine_matches(entry, cast(:selection as jsonb))
        -- its records are not here to be read; it is taken when its month is restored
        and not (
            entry.layer = 'silver' and entry.transaction_id is not null
            and ops.is_sale_archived(entry.source_id, entry.transaction_id)
        )
        -- a line joins the other lines of its transaction, which must be here to be joined
        and not (
            entry.layer = 'bronze' and entry.line_number is not null
            and exists (
                select 1
                from ops.archived_batches as archived
                inner join scout.bronze_ingestion_batches as batch on archived.batch_id = batch.batch_id
                where entry.batch_id in (batch.batch_id, batch.replay_of)
            )
        )
        and (
            cast(:is_forced as boolean)
            or entry.rule_version is distinct from case
                when entry.reason_code = 'broken_rule' then scout.rule_version_in_force(entry.rule_id)
                else :mapping_version
            end
        )
    order by entry.quarantine_id
    limit :row_limit
),

chosen as (
    select
        entry.store_id,
        entry.quarantine_id
    from scout.quarantine as entry
    inner join candidates
        on entry.store_id = candidates.store_id and entry.quarantine_id = candidates.quarantine_id
    where
        entry.status = 'open'
        and (candidates.bytes_so_far <= :byte_limit or candidates.position_in_step = 1)
    order by entry.quarantine_id
    for update of entry skip locked
),

claimed as (
    update scout.quarantine as entry
    set
        status = 'replayed',
        attempts = entry.attempts + 1,
        last_attempt_at = clock_timestamp(),
        resolved_at = clock_timestamp(),
        resolved_by = :by,
        resolution = 'replayed',
        history = entry.history
        || jsonb_build_object('at', clock_timestamp(), 'what', 'replayed', 'by', cast(:by as text))
    from chosen
    where entry.store_id = chosen.store_id and entry.quarantine_id = chosen.quarantine_id
    returning entry.store_id, entry.quarantine_id, entry.source_id, entry.transaction_id
)

insert into replayed_entries (store_id, quarantine_id, source_id, transaction_id)
select
    store_id,
    quarantine_id,
    source_id,
    transaction_id
from claimed;
