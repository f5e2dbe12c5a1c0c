-- scout.quarantine: records that were set aside before and are right now are marked as replayed; composed.
-- reads:  bronze/quarantine
-- params: records
-- rerun:  safe, in the transaction of the window
update scout.quarantine as known
set
    status = 'replayed',
    resolved_at = clock_timestamp(),
    resolved_by = 'pipeline',
    resolution = 'right when it was computed again',
    history = known.history || jsonb_build_object('at', clock_timestamp(), 'what', 'replayed', 'by', 'pipeline')
from {records} as record
where
    known.layer = 'silver'
    and known.status = 'open'
    and known.store_id = record.store_id
    and known.ingest_id = record.ingest_id
    and not exists (
        select 1
        from window_rejected as rejected
        where rejected.store_id = record.store_id and rejected.ingest_id = record.ingest_id
    );
