-- ops.restatements: figures of past and of closed days that are not what they were; a day is past once a later one was
-- shown. was_closed tells the figures that were closed from those that were only seen.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that rebuilt the buckets
with compared as (
    select
        old.store_id,
        old.date_key,
        old.cause,
        old.batch_id,
        old.was_closed,
        kpi.name as kpi,
        kpi.old_value,
        kpi.new_value
    from previous_figures as old
    left join scout.gold_daily_aggregates as new on old.store_id = new.store_id and old.date_key = new.date_key
    cross join
        lateral (
            values
            ('transaction_count', old.transaction_count, new.transaction_count),
            ('line_count', old.line_count, new.line_count),
            ('units', old.units, new.units),
            ('gross_sales', old.gross_sales, new.gross_sales),
            ('returns_value', old.returns_value, new.returns_value),
            ('adjustments_value', old.adjustments_value, new.adjustments_value),
            ('net_revenue', old.net_revenue, new.net_revenue),
            ('unique_customers', old.unique_customers, new.unique_customers),
            ('avg_transaction_value', old.avg_transaction_value, new.avg_transaction_value)
        ) as kpi (name, old_value, new_value)
)

insert into ops.restatements (
    store_id, date_key, kpi, old_value, new_value, cause, batch_id, was_closed, restated_at
)
select
    store_id,
    date_key,
    kpi,
    old_value,
    new_value,
    cause,
    batch_id,
    was_closed,
    -- now() is when the transaction began, which may be before the day was closed
    clock_timestamp()
from compared
where old_value is distinct from new_value
order by store_id, date_key, kpi;
