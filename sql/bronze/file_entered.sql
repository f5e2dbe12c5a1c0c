-- scout.quarantine: as which batch the claimed file was taken.
-- reads:  bronze/ingestion_batches
-- params: -
-- rerun:  safe, in the transaction of the step
update scout.quarantine as entry
set replay_batch_id = taken.batch_id, resolution = 'the file was taken as batch ' || taken.batch_id
from replayed_entries as claimed
inner join scout.quarantine as refused_entry
    on claimed.store_id = refused_entry.store_id and claimed.quarantine_id = refused_entry.quarantine_id
inner join scout.bronze_ingestion_batches as refused on refused_entry.batch_id = refused.batch_id
inner join scout.bronze_ingestion_batches as taken
    on
        refused.source_id = taken.source_id
        and refused.content_sha256 = taken.content_sha256
        and taken.status <> 'refused'
where entry.store_id = claimed.store_id and entry.quarantine_id = claimed.quarantine_id;
