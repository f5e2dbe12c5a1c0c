-- promise: net revenue, units and lines of each store and month are those of silver, exactly.
-- reads:  silver/transactions_cleaned, gold/store_performance
-- params: -
-- rerun:  safe, read only
with summed as (
    select
        store_id,
        date_trunc('month', date_key)::date as month,
        count(*) as transaction_count,
        sum(line_count)::bigint as line_count,
        sum(units) as units,
        sum(peso_value) as net_revenue
    from scout.silver_transactions_cleaned
    where deleted_at is null
    group by store_id, date_trunc('month', date_key)::date
),

broken as (
    select
        coalesce(summed.store_id, figure.store_id) as store_id,
        coalesce(summed.month, figure.month) as month,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_store_performance as figure
        on summed.store_id = figure.store_id and summed.month = figure.month
    where
        (summed.transaction_count, summed.line_count, summed.units, summed.net_revenue)
        is distinct from (figure.transaction_count, figure.line_count, figure.units, figure.net_revenue)
        -- what is archived is compared by archived_months_are_shown
        and coalesce(summed.month, figure.month) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.store_id = coalesce(summed.store_id, figure.store_id)
                and date_trunc('month', mark.date_key)::date = coalesce(summed.month, figure.month)
                and mark.layer = 'gold/store_performance'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
