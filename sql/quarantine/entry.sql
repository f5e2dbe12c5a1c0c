-- scout.quarantine: one entry whole, with its file and the batch as which it entered.
-- reads:  bronze/quarantine, bronze/ingestion_batches
-- params: quarantine_id
-- rerun:  safe, read only
select
    entry.*,
    source.source_name,
    store.store_code,
    batch.file_name,
    batch.file_path,
    batch.received_at,
    batch.layout
from scout.quarantine as entry
inner join scout.dim_source as source on entry.source_id = source.source_id
left join scout.store_registry as store on entry.store_id = store.store_id
left join scout.bronze_ingestion_batches as batch on entry.batch_id = batch.batch_id
where entry.quarantine_id = :quarantine_id;
