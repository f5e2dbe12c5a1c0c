-- window_rejected: records of the window that a person or a rule keeps out, however right they are; composed.
-- reads:  bronze/quarantine
-- params: records
-- rerun:  safe, in the transaction of the window
insert into window_rejected (store_id, ingest_xid, ingest_id, reason_code, waits_for)
select distinct
    record.store_id,
    record.ingest_xid,
    record.ingest_id,
    held.reason_code,
    held.waits_for
from scout.quarantine as held
inner join {records} as record on held.store_id = record.store_id and held.ingest_id = record.ingest_id
where
    held.is_held
    and not exists (
        select 1
        from window_rejected as rejected
        where rejected.store_id = record.store_id and rejected.ingest_id = record.ingest_id
    );
