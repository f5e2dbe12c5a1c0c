-- older_numbers: what a device counted under earlier versions of the audited days' sales, and which versions those are.
-- reads:  bronze/transactions_raw, bronze/ingestion_batches
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table older_numbers on commit drop as
with older as (
    select
        day_sales.store_id,
        day_sales.date_key,
        day_sales.source_id,
        day_sales.transaction_id,
        version.batch_id,
        version.store_id as version_store_id,
        version.first_id
    from day_sales
    inner join scout.bronze_transaction_versions as version
        on day_sales.source_id = version.source_id and day_sales.transaction_id = version.transaction_id
    where version.content_hash <> day_sales.content_hash
)

select
    older.store_id,
    older.date_key,
    older.source_id,
    older.transaction_id,
    nullif(btrim(record.payload ->> 'device_id'), '') as device_id,
    case
        when btrim(record.payload ->> 'sequence') ~ '^[0-9]{1,15}$' then btrim(record.payload ->> 'sequence')::bigint
    end as device_sequence
from older
inner join scout.bronze_ingestion_batches as batch on older.batch_id = batch.batch_id
left join scout.bronze_transactions_raw as record
    on
        older.version_store_id = record.store_id
        and batch.ingest_xid = record.ingest_xid
        and older.first_id = record.ingest_id;
