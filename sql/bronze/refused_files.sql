-- scout.quarantine: files that were refused whole, and where they lay.
-- reads:  bronze/quarantine, bronze/ingestion_batches
-- params: source_id, selection
-- rerun:  safe, read only
select
    entry.quarantine_id,
    batch.file_name,
    batch.file_path,
    batch.content_sha256
from scout.quarantine as entry
inner join scout.bronze_ingestion_batches as batch on entry.batch_id = batch.batch_id
where
    entry.layer = 'bronze'
    and entry.line_number is null
    and entry.status = 'open'
    and entry.source_id = cast(:source_id as smallint)
    and scout.quarantine_matches(entry, cast(:selection as jsonb))
order by entry.quarantine_id;
