-- promise: what gold shows of a closed store-day is what was closed, plus its restatements since.
-- reads:  gold/daily_aggregates
-- params: -
-- rerun:  safe, read only
with closed as (
    select
        store_day.store_id,
        store_day.date_key,
        store_day.closed_at,
        kpi.name as kpi,
        coalesce(kpi.closed_value, 0) as closed_value,
        coalesce(kpi.shown_value, 0) as shown_value
    from ops.store_days as store_day
    left join scout.gold_daily_aggregates as shown
        on store_day.store_id = shown.store_id and store_day.date_key = shown.date_key
    cross join
        lateral (
            values
            ('transaction_count', store_day.closed_transaction_count, shown.transaction_count),
            ('line_count', store_day.closed_line_count, shown.line_count),
            ('units', store_day.closed_units, shown.units),
            ('gross_sales', store_day.closed_gross_sales, shown.gross_sales),
            ('returns_value', store_day.closed_returns_value, shown.returns_value),
            ('adjustments_value', store_day.closed_adjustments_value, shown.adjustments_value),
            ('net_revenue', store_day.closed_net_revenue, shown.net_revenue),
            ('unique_customers', store_day.closed_unique_customers, shown.unique_customers),
            ('avg_transaction_value', store_day.closed_avg_transaction_value, shown.avg_transaction_value)
        ) as kpi (name, closed_value, shown_value)
    where
        store_day.state = 'closed'
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.layer = 'gold/daily_aggregates'
                and mark.store_id = store_day.store_id
                and mark.date_key = store_day.date_key
        )
),

restated as (
    select
        closed.store_id,
        closed.date_key,
        closed.kpi,
        sum(coalesce(change.new_value, 0) - coalesce(change.old_value, 0)) as difference
    from closed
    inner join ops.restatements as change
        on closed.store_id = change.store_id and closed.date_key = change.date_key and closed.kpi = change.kpi
    where change.was_closed and change.restated_at >= closed.closed_at
    group by closed.store_id, closed.date_key, closed.kpi
),

broken as (
    select
        closed.store_id,
        closed.date_key,
        closed.kpi,
        closed.closed_value,
        coalesce(restated.difference, 0) as restated,
        closed.shown_value
    from closed
    left join restated
        on closed.store_id = restated.store_id and closed.date_key = restated.date_key and closed.kpi = restated.kpi
    where closed.shown_value <> closed.closed_value + coalesce(restated.difference, 0)
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
