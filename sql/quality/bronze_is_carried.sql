-- promise: every bronze record below the watermark is current, superseded or rejected; none is missing.
-- reads:  bronze/transactions_raw, bronze/quarantine, silver/transactions_cleaned, silver/dimension_records
-- params: -
-- rerun:  safe, read only
with cursor_position as (
    select
        coalesce(max(last_xid), '0'::xid8) as last_xid,
        coalesce(max(last_id), 0) as last_id
    from ops.streaming_watermarks
    where stream = 'silver/transactions_cleaned'
),

broken as (
    select
        record.source_id,
        record.transaction_id,
        record.batch_id,
        record.line_number
    from scout.bronze_transactions_raw as record
    cross join cursor_position
    left join scout.silver_transaction_keys as known
        on record.source_id = known.source_id and record.transaction_id = known.transaction_id
    left join scout.quarantine as rejected
        on
            rejected.layer = 'silver'
            and rejected.status in ('open', 'discarded')
            and record.store_id = rejected.store_id
            and record.ingest_id = rejected.ingest_id
    where
        (record.ingest_xid, record.ingest_id) <= (cursor_position.last_xid, cursor_position.last_id)
        and known.transaction_id is null
        and not exists (
            select 1
            from scout.dimension_records as reference
            where record.transaction_id = reference.record_id
        )
        and rejected.quarantine_id is null
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
