-- scout.gold_daily_aggregates: takes the figures of the buckets away, and keeps them to see what was restated. A closed
-- day without figures showed none.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
with removed as (
    delete from scout.gold_daily_aggregates as figure
    using buckets
    where figure.store_id = buckets.store_id and figure.date_key = buckets.date_key
    returning figure.*
),

shown as (
    select
        buckets.store_id,
        buckets.date_key,
        buckets.cause,
        removed.transaction_count,
        removed.line_count,
        removed.units,
        removed.gross_sales,
        removed.returns_value,
        removed.adjustments_value,
        removed.net_revenue,
        removed.unique_customers,
        removed.avg_transaction_value,
        removed.date_key < (
            select max(latest.date_key)
            from scout.gold_daily_aggregates as latest
            where latest.store_id = removed.store_id
        ) as is_past,
        coalesce(store_day.state = 'closed', false) as was_closed,
        case when buckets.cause in ('received', 'replayed') then store_day.batch_id end as batch_id
    from buckets
    left join removed on buckets.store_id = removed.store_id and buckets.date_key = removed.date_key
    left join ops.store_days as store_day
        on buckets.store_id = store_day.store_id and buckets.date_key = store_day.date_key
)

insert into previous_figures (
    store_id, date_key, cause,
    transaction_count, line_count, units, gross_sales, returns_value, adjustments_value, net_revenue,
    unique_customers, avg_transaction_value,
    was_closed, batch_id
)
select
    store_id,
    date_key,
    cause,
    transaction_count,
    line_count,
    units,
    gross_sales,
    returns_value,
    adjustments_value,
    net_revenue,
    unique_customers,
    avg_transaction_value,
    was_closed,
    batch_id
from shown
where is_past or was_closed;
