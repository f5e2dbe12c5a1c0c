-- scout.gold_daily_aggregates: takes the figures of the buckets away, and keeps them to see what was restated.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
with removed as (
    delete from scout.gold_daily_aggregates as figure
    using buckets
    where figure.store_id = buckets.store_id and figure.date_key = buckets.date_key
    returning figure.*, buckets.cause
)

insert into previous_figures (store_id, date_key, cause, net_revenue, units, transaction_count, is_closed)
select
    removed.store_id,
    removed.date_key,
    removed.cause,
    removed.net_revenue,
    removed.units,
    removed.transaction_count,
    removed.date_key < (
        select max(latest.date_key)
        from scout.gold_daily_aggregates as latest
        where latest.store_id = removed.store_id
    )
from removed;
