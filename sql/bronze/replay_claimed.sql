-- scout.quarantine: the claimed lines as they were kept, with the layout of their files, file by file.
-- reads:  bronze/quarantine, bronze/ingestion_batches
-- params: -
-- rerun:  safe, read only
select
    entry.store_id,
    entry.quarantine_id,
    entry.batch_id,
    entry.line_number,
    entry.reason_code,
    entry.raw_bytes,
    batch.layout
from replayed_entries as claimed
inner join scout.quarantine as entry
    on claimed.store_id = entry.store_id and claimed.quarantine_id = entry.quarantine_id
inner join scout.bronze_ingestion_batches as batch on entry.batch_id = batch.batch_id
order by entry.batch_id, entry.line_number;
