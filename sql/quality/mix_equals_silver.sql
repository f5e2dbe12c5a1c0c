-- promise: the product mix of each month has the net revenue and units of its products, exactly, and its Pareto codes
-- reach 80 % of the month, which they would not without the smallest of them.
-- reads:  silver/transaction_items, silver/dim_product, gold/product_mix
-- params: -
-- rerun:  safe, read only
with counted as (
    select
        sku,
        date_trunc('month', date_key)::date as month,
        sum(quantity) as units,
        sum(subtotal) as net_revenue
    from scout.silver_transaction_items
    group by sku, date_trunc('month', date_key)::date
),

summed as (
    select counted.*
    from counted
    inner join scout.dim_product as product on counted.sku = product.sku
    where product.is_current and product.is_product
),

different as (
    select
        coalesce(summed.sku, figure.sku) as sku,
        coalesce(summed.month, figure.month) as month,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_product_mix as figure
        on summed.sku = figure.sku and summed.month = figure.month
    where (summed.units, summed.net_revenue) is distinct from (figure.units, figure.net_revenue)
),

months as (
    select
        month,
        greatest(sum(net_revenue), 0) as net_revenue,
        coalesce(sum(net_revenue) filter (where is_pareto_80), 0) as pareto_revenue,
        min(net_revenue) filter (where is_pareto_80) as least_revenue
    from scout.gold_product_mix
    group by month
),

broken as (
    select different.*
    from different
    union all
    select
        'the Pareto codes together' as sku,
        month,
        0.8 * net_revenue as silver_value,
        pareto_revenue as gold_value
    from months
    where pareto_revenue < 0.8 * net_revenue or pareto_revenue - least_revenue >= 0.8 * net_revenue
),

settled as (
    select broken.*
    from broken
    where
        -- what is archived is compared by archived_months_are_shown
        broken.month >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where date_trunc('month', mark.date_key)::date = broken.month and mark.layer = 'gold/product_mix'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from settled limit 5) as example), '[]') as sample
from settled;
