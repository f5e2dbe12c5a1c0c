-- promise: net revenue and units of each brand and business day are those of the items, exactly.
-- reads:  silver/transaction_items, gold/brand_performance
-- params: -
-- rerun:  safe, read only
with summed as (
    select
        coalesce(brand_name, 'Unbranded') as brand_name,
        date_key,
        sum(quantity) as units,
        sum(subtotal) as net_revenue
    from scout.silver_transaction_items
    group by coalesce(brand_name, 'Unbranded'), date_key
),

broken as (
    select
        coalesce(summed.brand_name, figure.brand_name) as brand_name,
        coalesce(summed.date_key, figure.date_key) as date_key,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_brand_performance as figure
        on summed.brand_name = figure.brand_name and summed.date_key = figure.date_key
    where
        (summed.units, summed.net_revenue) is distinct from (figure.units, figure.net_revenue)
        -- what is archived is compared by archived_months_are_shown
        and coalesce(summed.date_key, figure.date_key) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.date_key = coalesce(summed.date_key, figure.date_key)
                and mark.layer = 'gold/brand_performance'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
