-- ops.dirty_buckets: where codes were sold that became products or are none any more, for the layer that ranks them.
-- Rare, and of the whole history: a scan of the lines then is cheaper than one more index on all of them.
-- reads:  silver/transaction_items
-- params: -
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
with changed as (
    select known.sku
    from known_products as known
    inner join scout.dim_product as product on known.sku = product.sku
    where product.is_current and product.is_product <> known.is_product
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
    store_id,
    date_key,
    'gold/product_mix',
    'described',
    -- now() is when the transaction began, and a bucket waits from its end on
    clock_timestamp()
from store_days
order by store_id, date_key
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid, cause = excluded.cause;
