-- promise: net revenue and units of each category, week and month are those of the items, exactly.
-- reads:  silver/transaction_items, gold/category_periods
-- params: -
-- rerun:  safe, read only
with days as (
    select
        coalesce(category, 'Uncategorised') as category,
        date_key,
        sum(quantity) as units,
        sum(subtotal) as net_revenue
    from scout.silver_transaction_items
    group by coalesce(category, 'Uncategorised'), date_key
),

summed as (
    select
        category,
        'week' as period,
        -- Monday is day 1
        date_key - extract(isodow from date_key)::integer + 1 as period_start,
        sum(units) as units,
        sum(net_revenue) as net_revenue
    from days
    group by category, date_key - extract(isodow from date_key)::integer + 1
    union all
    select
        category,
        'month' as period,
        date_key - extract(day from date_key)::integer + 1 as period_start,
        sum(units) as units,
        sum(net_revenue) as net_revenue
    from days
    group by category, date_key - extract(day from date_key)::integer + 1
),

broken as (
    select
        coalesce(summed.category, figure.category) as category,
        coalesce(summed.period, figure.period) as period,
        coalesce(summed.period_start, figure.period_start) as period_start,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_category_periods as figure
        on
            summed.category = figure.category
            and summed.period = figure.period
            and summed.period_start = figure.period_start
    where (summed.units, summed.net_revenue) is distinct from (figure.units, figure.net_revenue)
),

settled as (
    select broken.*
    from broken
    where
        -- what is archived is compared by archived_months_are_shown
        broken.period_start >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                date_trunc(broken.period, mark.date_key)::date = broken.period_start
                and mark.layer = 'gold/category_periods'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from settled limit 5) as example), '[]') as sample
from settled;
