-- scout.gold_store_periods: takes the figures of the buckets' days, weeks and months away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_store_periods as figure
using touched_periods as touched
where
    figure.store_id = touched.store_id
    and figure.period = touched.period
    and figure.period_start = touched.period_start;
