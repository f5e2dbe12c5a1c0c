-- scout.gold_region_periods: takes the figures of the buckets' days, weeks and months away, in all regions.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_region_periods as figure
where
    (figure.period, figure.period_start) in (
        select
            touched.period,
            touched.period_start
        from touched_periods as touched
    );
