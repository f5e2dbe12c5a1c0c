-- scout.quarantine: records that were set aside before and are right now are marked as replayed.
-- reads:  bronze/quarantine
-- params: -
-- rerun:  safe, in the transaction of the window
with accepted as (
    select
        record.store_id,
        record.ingest_id
    from window_parsed as record
    where
        not exists (
            select 1
            from window_rejected as rejected
            where rejected.store_id = record.store_id and rejected.ingest_id = record.ingest_id
        )
)

update scout.quarantine as known
set status = 'replayed'
from accepted
where
    known.layer = 'silver'
    and known.status = 'open'
    and known.store_id = accepted.store_id
    and known.ingest_id = accepted.ingest_id;
