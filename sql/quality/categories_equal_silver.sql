-- promise: net revenue and units of each category and business day are those of the items, exactly.
-- reads:  silver/transaction_items, gold/category_summary
-- params: -
-- rerun:  safe, read only
with summed as (
    select
        coalesce(category, 'Uncategorised') as category,
        date_key,
        sum(quantity) as units,
        sum(subtotal) as net_revenue
    from scout.silver_transaction_items
    group by coalesce(category, 'Uncategorised'), date_key
),

broken as (
    select
        coalesce(summed.category, figure.category) as category,
        coalesce(summed.date_key, figure.date_key) as date_key,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_category_summary as figure
        on summed.category = figure.category and summed.date_key = figure.date_key
    where
        (summed.units, summed.net_revenue) is distinct from (figure.units, figure.net_revenue)
        -- what is archived is compared by archived_months_are_shown
        and coalesce(summed.date_key, figure.date_key) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.date_key = coalesce(summed.date_key, figure.date_key)
                and mark.layer = 'gold/category_summary'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
