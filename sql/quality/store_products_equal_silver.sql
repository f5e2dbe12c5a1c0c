-- promise: each product of a store's month has the units, net revenue and days of its items, exactly.
-- reads:  silver/transaction_items, silver/dim_product, gold/store_product_summary
-- params: -
-- rerun:  safe, read only
with code_months as (
    select
        store_id,
        date_trunc('month', date_key)::date as month,
        sku,
        sum(quantity) as units,
        sum(subtotal) as net_revenue,
        min(date_key) as first_sold_date,
        max(date_key) as last_sold_date
    from scout.silver_transaction_items
    group by store_id, date_trunc('month', date_key)::date, sku
),

summed as (
    select sold.*
    from code_months as sold
    inner join scout.dim_product as product on sold.sku = product.sku
    where product.is_current and product.is_product
),

broken as (
    select
        coalesce(summed.store_id, figure.store_id) as store_id,
        coalesce(summed.month, figure.month) as month,
        coalesce(summed.sku, figure.sku) as sku,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_store_product_summary as figure
        on summed.store_id = figure.store_id and summed.month = figure.month and summed.sku = figure.sku
    where
        (summed.units, summed.net_revenue, summed.first_sold_date, summed.last_sold_date)
        is distinct from (figure.units, figure.net_revenue, figure.first_sold_date, figure.last_sold_date)
        -- what is archived is compared by archived_months_are_shown
        and coalesce(summed.month, figure.month) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.store_id = coalesce(summed.store_id, figure.store_id)
                and date_trunc('month', mark.date_key)::date = coalesce(summed.month, figure.month)
                and mark.layer = 'gold/store_product_summary'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
