-- scout.quarantine: bronze records of the window that cannot enter silver, whole, with the first reason found.
-- reads:  bronze/transactions_raw
-- params: -
-- rerun:  safe, upsert on (store_id, ingest_id)
insert into scout.quarantine as known (
    store_id, layer, source_id, batch_id, line_number, ingest_id, transaction_id,
    reason_code, waits_for, detail, payload
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
    'record ' || record.line_number || ' of batch ' || record.batch_id || ' cannot enter silver: '
    || replace(rejected.reason_code, '_', ' ') || coalesce('; it waits for ' || rejected.waits_for, ''),
    record.payload
from window_rejected as rejected
inner join scout.bronze_transactions_raw as record
    on
        rejected.store_id = record.store_id
        and rejected.ingest_xid = record.ingest_xid
        and rejected.ingest_id = record.ingest_id
order by record.store_id, record.ingest_id
on conflict (store_id, ingest_id) where layer = 'silver'
do update set
    reason_code = excluded.reason_code,
    waits_for = excluded.waits_for,
    detail = excluded.detail,
    status = 'open';
