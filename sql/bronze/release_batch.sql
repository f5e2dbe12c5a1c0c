-- scout.bronze_ingestion_batches: gives a claim back when the file was still being written.
-- reads:  -
-- params: batch_id
-- rerun:  safe, in the transaction that claimed the file
delete from scout.bronze_ingestion_batches
where batch_id = :batch_id and status = 'loading';
