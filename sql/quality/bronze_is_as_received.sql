-- promise: the records in bronze are those that the ledger remembers of each file; none was altered since.
-- reads:  bronze/ingestion_batches, bronze/transactions_raw
-- params: -
-- rerun:  safe, read only
with stored as (
    select
        record.batch_id,
        bit_xor(
            ops.record_digest(record.store_id, record.transaction_id, record.line_number, record.payload)
        ) as payload_digest
    from scout.bronze_transactions_raw as record
    group by record.batch_id
),

broken as (
    select
        batch.batch_id,
        batch.file_name,
        batch.received_at
    from stored
    inner join scout.bronze_ingestion_batches as batch on stored.batch_id = batch.batch_id
    -- null: the month lay in the archive when digests began
    where batch.payload_digest <> stored.payload_digest
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
