-- scout.gold_store_periods: takes the figures of the buckets' days, weeks and months away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_store_periods as figure
where
    (figure.store_id, figure.period, figure.period_start) in (
        select
            buckets.store_id,
            touched.period,
            touched.period_start
        from buckets
        cross join lateral scout.periods_of(buckets.date_key) as touched
    );
