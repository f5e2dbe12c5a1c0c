-- promise: at rest no record or recalled sale waits for silver and no bucket for gold; more than five minutes is too
-- long.
-- reads:  bronze/transactions_raw, bronze/ingestion_batches, bronze/quarantine
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
        'bronze record waits for silver' as what,
        record.store_id,
        -- received_at is when the load began, which may be long before anybody could see the record
        coalesce(batch.finished_at, record.received_at) as waiting_since
    from scout.bronze_transactions_raw as record
    left join scout.bronze_ingestion_batches as batch on record.batch_id = batch.batch_id
    cross join cursor_position
    where
        scout.xid_number(record.ingest_xid) >= scout.xid_number(cursor_position.last_xid)
        and (record.ingest_xid, record.ingest_id) > (cursor_position.last_xid, cursor_position.last_id)
        and coalesce(batch.finished_at, record.received_at) < now() - interval '5 minutes'
    union all
    select
        'bucket waits for ' || mark.layer,
        mark.store_id,
        mark.marked_at
    from ops.dirty_buckets as mark
    where mark.marked_at < now() - interval '5 minutes'
    union all
    select
        'sale ' || recalled.transaction_id || ' waits to be computed again',
        null,
        recalled.recalled_at
    from ops.recalled_transactions as recalled
    where
        recalled.recalled_at < now() - interval '5 minutes'
        -- it waits for its month, and is computed when that is restored
        and not ops.is_sale_archived(recalled.source_id, recalled.transaction_id)
    union all
    select
        'record waits for a store that is registered',
        registered.store_id,
        registered.registered_at
    from ops.registered_stores as registered
    inner join scout.store_registry as registry on registered.store_id = registry.store_id
    where
        registered.registered_at < now() - interval '5 minutes'
        and exists (
            select 1
            from scout.quarantine as aside
            where aside.waits_for = 'store/' || registry.store_code and aside.status = 'open'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
