-- scout.quarantine: bronze records of the window that cannot enter silver, whole, with the first reason found. What a
-- person or a rule keeps out is left as it is.
-- reads:  bronze/transactions_raw
-- params: source_ids, rule_ids, rule_versions
-- rerun:  safe, upsert on (store_id, ingest_id)
with judges as (
    select
        judge.source_id,
        judge.rule_id,
        judge.rule_version
    from
        unnest(cast(:source_ids as smallint[]), cast(:rule_ids as text[]), cast(:rule_versions as text[]))
            as judge (source_id, rule_id, rule_version)
)

insert into scout.quarantine as known (
    store_id, layer, source_id, batch_id, line_number, ingest_id, transaction_id,
    reason_code, waits_for, rule_id, rule_version, detail, payload
)
select
    record.store_id,
    'silver',
    record.source_id,
    record.batch_id,
    record.line_number,
    record.ingest_id,
    record.transaction_id,
    rejected.reason_code,
    rejected.waits_for,
    judge.rule_id,
    judge.rule_version,
    'record ' || record.line_number || ' of batch ' || record.batch_id || ' cannot enter silver: '
    || replace(rejected.reason_code, '_', ' ') || coalesce('; it waits for ' || rejected.waits_for, ''),
    record.payload
from window_rejected as rejected
inner join scout.bronze_transactions_raw as record
    on
        rejected.store_id = record.store_id
        and rejected.ingest_xid = record.ingest_xid
        and rejected.ingest_id = record.ingest_id
inner join judges as judge on record.source_id = judge.source_id
order by record.store_id, record.ingest_id
on conflict (store_id, ingest_id) where layer = 'silver'
do update
    set
        reason_code = excluded.reason_code,
        waits_for = excluded.waits_for,
        rule_id = excluded.rule_id,
        rule_version = excluded.rule_version,
        detail = excluded.detail,
        status = 'open',
        resolved_at = null,
        resolved_by = null,
        resolution = null,
        history = case
            when known.status = 'open' then known.history
            else
                known.history
                || jsonb_build_object('at', clock_timestamp(), 'what', 'refused', 'why', excluded.reason_code)
        end
    where not known.is_held;
