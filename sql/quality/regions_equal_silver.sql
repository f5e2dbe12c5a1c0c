-- promise: net revenue, units and lines of all regions on each business day are those of silver, exactly.
-- reads:  silver/transactions_cleaned, gold/regional_performance
-- params: -
-- rerun:  safe, read only
with summed as (
    select
        coalesce(region, 'Unspecified') as region,
        date_key,
        count(*) as transaction_count,
        sum(line_count)::bigint as line_count,
        sum(units) as units,
        sum(peso_value) as net_revenue
    from scout.silver_transactions_cleaned
    where deleted_at is null
    group by coalesce(region, 'Unspecified'), date_key
),

broken as (
    select
        coalesce(summed.region, figure.region) as region,
        coalesce(summed.date_key, figure.date_key) as date_key,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_regional_performance as figure
        on summed.region = figure.region and summed.date_key = figure.date_key
    where
        (summed.transaction_count, summed.line_count, summed.units, summed.net_revenue)
        is distinct from (figure.transaction_count, figure.line_count, figure.units, figure.net_revenue)
        -- what is archived is compared by archived_months_are_shown
        and coalesce(summed.date_key, figure.date_key) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.date_key = coalesce(summed.date_key, figure.date_key)
                and mark.layer = 'gold/regional_performance'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
