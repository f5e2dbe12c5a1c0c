-- promise: days, weeks and months of each region have the transactions, units and net revenue of silver, exactly.
-- reads:  silver/transactions_cleaned, gold/region_periods
-- params: -
-- rerun:  safe, read only
with daily as (
    select
        coalesce(region, 'Unspecified') as region,
        date_key,
        count(*) as transaction_count,
        sum(units) as units,
        sum(peso_value) as net_revenue
    from scout.silver_transactions_cleaned
    where deleted_at is null
    group by coalesce(region, 'Unspecified'), date_key
),

dated as (
    select
        daily.*,
        daily.date_key - extract(isodow from daily.date_key)::integer + 1 as week_start,
        daily.date_key - extract(day from daily.date_key)::integer + 1 as month_start
    from daily
),

summed as (
    select
        region,
        case
            when grouping(date_key) = 0 then 'day'
            when grouping(week_start) = 0 then 'week'
            else 'month'
        end as period,
        coalesce(date_key, week_start, month_start) as period_start,
        sum(transaction_count) as transaction_count,
        sum(units) as units,
        sum(net_revenue) as net_revenue
    from dated
    group by region, grouping sets (date_key, week_start, month_start)
),

broken as (
    select
        coalesce(summed.region, figure.region) as region,
        coalesce(summed.period, figure.period) as period,
        coalesce(summed.period_start, figure.period_start) as period_start,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_region_periods as figure
        on
            summed.region = figure.region
            and summed.period = figure.period
            and summed.period_start = figure.period_start
    where
        (summed.transaction_count, summed.units, summed.net_revenue)
        is distinct from (figure.transaction_count, figure.units, figure.net_revenue)
        -- what is archived is compared by archived_months_are_shown
        and coalesce(summed.period_start, figure.period_start) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            cross join lateral scout.periods_of(mark.date_key) as touched
            where
                mark.layer = 'gold/region_periods'
                and touched.period = coalesce(summed.period, figure.period)
                and touched.period_start = coalesce(summed.period_start, figure.period_start)
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
