-- scout.quarantine: whole files that were refused before and are taken now.
-- reads:  bronze/ingestion_batches
-- params: batch_ids
-- rerun:  safe, in the transaction that claims the files
update scout.quarantine as known
set
    status = 'replayed',
    resolved_at = clock_timestamp(),
    resolved_by = 'pipeline',
    resolution = 'the file was taken',
    replay_batch_id = taken.batch_id,
    history = known.history || jsonb_build_object('at', clock_timestamp(), 'what', 'replayed', 'by', 'pipeline')
from scout.bronze_ingestion_batches as taken
inner join scout.bronze_ingestion_batches as refused
    on
        taken.source_id = refused.source_id
        and taken.content_sha256 = refused.content_sha256
        and refused.status = 'refused'
where
    taken.batch_id = any(cast(:batch_ids as bigint[]))
    and known.batch_id = refused.batch_id
    and known.layer = 'bronze'
    and known.line_number is null
    and known.status = 'open';
