-- ops.dirty_buckets: where a restored month tells products or clients otherwise than gold shows, because the catalogue
-- changed while its lines were away and could not be marked.
-- reads:  silver/transaction_items, silver/dim_product, silver/dim_brand, gold/store_product_summary,
--         gold/business_metrics
-- params: first_day
-- rerun:  safe, in the transaction that attaches the month's partitions
with lines as (
    select
        item.store_id,
        item.date_key,
        item.sku,
        item.subtotal,
        coalesce(brand.is_tbwa_client, false) as is_of_client
    from scout.silver_transaction_items as item
    left join scout.dim_brand as brand on item.brand_name = brand.brand_name
    where
        item.date_key >= cast(:first_day as date)
        and item.date_key < (cast(:first_day as date) + interval '1 month')::date
),

codes as (
    select distinct
        lines.store_id,
        lines.date_key,
        lines.sku
    from lines
),

retold as (
    select distinct
        codes.store_id,
        codes.date_key,
        bucket_layer.layer
    from codes
    left join scout.dim_product as product on codes.sku = product.sku and product.is_current
    left join scout.gold_store_product_summary as shown
        on
            codes.store_id = shown.store_id and codes.sku = shown.sku
            and shown.month = date_trunc('month', codes.date_key)::date
    inner join ops.bucket_layers as bucket_layer on bucket_layer.tells_products
    where coalesce(product.is_product, false) <> (shown.sku is not null)
    union all
    select
        sold.store_id,
        sold.date_key,
        'gold/business_metrics'
    from (
        select
            lines.store_id,
            lines.date_key,
            coalesce(sum(lines.subtotal) filter (where lines.is_of_client), 0) as client_revenue
        from lines
        group by lines.store_id, lines.date_key
    ) as sold
    inner join scout.gold_business_metrics as shown
        on sold.store_id = shown.store_id and sold.date_key = shown.date_key
    where sold.client_revenue <> shown.tbwa_revenue
)

insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at)
select
    retold.store_id,
    retold.date_key,
    retold.layer,
    'described',
    -- now() is when the transaction began, and a bucket waits from its end on
    clock_timestamp()
from retold
order by retold.store_id, retold.date_key, retold.layer
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid, cause = excluded.cause;
