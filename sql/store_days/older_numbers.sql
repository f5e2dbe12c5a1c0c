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
        version.store_id as placed_at,
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
left join
    lateral (
        select place.payload
        from scout.bronze_transactions_raw as place
        where
            place.store_id = older.placed_at
            and place.ingest_xid = batch.ingest_xid
            and place.ingest_id = older.first_id
            -- both are the beginning of the transaction that loaded them: it names the partition
            and place.received_at = batch.received_at
        -- a fence: the planner takes four equal columns for a rarity, and joins the rest of bronze to find it
        offset 0
    ) as record
    on true;
