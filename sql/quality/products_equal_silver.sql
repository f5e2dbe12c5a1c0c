-- promise: net revenue and units of each code and month are those of the items, exactly.
-- reads:  silver/transaction_items, gold/product_performance
-- params: -
-- rerun:  safe, read only
with summed as (
    select
        sku,
        date_trunc('month', date_key)::date as month,
        sum(quantity) as units,
        sum(subtotal) as net_revenue
    from scout.silver_transaction_items
    group by sku, date_trunc('month', date_key)::date
),

broken as (
    select
        coalesce(summed.sku, figure.sku) as sku,
        coalesce(summed.month, figure.month) as month,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_product_performance as figure
        on summed.sku = figure.sku and summed.month = figure.month
    where
        (summed.units, summed.net_revenue) is distinct from (figure.units, figure.net_revenue)
        -- what is archived is compared by archived_months_are_shown
        and coalesce(summed.month, figure.month) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                date_trunc('month', mark.date_key)::date = coalesce(summed.month, figure.month)
                and mark.layer = 'gold/product_performance'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
