-- Months that were computed before one of their codes became a product, or ceased to be one: marked for the layers that
-- tell products from other codes, so that the next run computes them again. From now on silver marks them when that
-- happens.

alter table ops.bucket_layers add column tells_products boolean not null default false;
comment on column ops.bucket_layers.tells_products is
'The layer leaves codes out that are no product: one that becomes a product, or ceases to be one, changes it.';
update ops.bucket_layers
set tells_products = true
where layer in ('gold/product_mix', 'gold/store_product_summary', 'gold/store_activity_stats');

with sold as (
    select
        figure.month,
        figure.sku
    from scout.gold_product_performance as figure
    inner join scout.dim_product as product on figure.sku = product.sku
    where product.is_current and product.is_product
),

stale_months as (
    select distinct coalesce(sold.month, mix.month) as month
    from sold
    full join scout.gold_product_mix as mix on sold.month = mix.month and sold.sku = mix.sku
    where sold.sku is null or mix.sku is null
)

insert into ops.dirty_buckets (store_id, date_key, layer, cause)
select
    shown.store_id,
    shown.date_key,
    bucket_layer.layer,
    'migrated'
from scout.gold_daily_aggregates as shown
inner join stale_months on date_trunc('month', shown.date_key)::date = stale_months.month
inner join ops.bucket_layers as bucket_layer on bucket_layer.tells_products
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid;
