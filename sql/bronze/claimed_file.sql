-- scout.quarantine: the one file that a step of a replay has claimed.
-- reads:  bronze/quarantine, bronze/ingestion_batches
-- params: -
-- rerun:  safe, read only
select
    entry.quarantine_id,
    entry.reason_code,
    batch.batch_id,
    batch.file_path
from replayed_entries as claimed
inner join scout.quarantine as entry
    on claimed.store_id = entry.store_id and claimed.quarantine_id = entry.quarantine_id
inner join scout.bronze_ingestion_batches as batch on entry.batch_id = batch.batch_id;
