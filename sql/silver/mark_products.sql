-- ops.dirty_buckets: where codes were sold that became products or are none any more, for the layers that tell.
-- reads:  silver/transaction_items, silver/dim_product
-- params: -
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
with changed as (
    select described.sku
    from known_products as known
    inner join scout.dim_product as described on known.sku = described.sku and described.is_current
    where known.is_current and known.is_product <> described.is_product
),

store_days as (
    select distinct
        item.store_id,
        item.date_key
    from scout.silver_transaction_items as item
    where item.sku in (select changed.sku from changed)
)

insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at)
select
    store_days.store_id,
    store_days.date_key,
    bucket_layer.layer,
    'described',
    -- now() is when the transaction began, and a bucket waits from its end on
    clock_timestamp()
from store_days
inner join ops.bucket_layers as bucket_layer on bucket_layer.tells_products
order by store_days.store_id, store_days.date_key, bucket_layer.layer
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid, cause = excluded.cause;
