-- scout.gold_category_periods: takes the figures of the buckets' weeks and months away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_category_periods as figure
where
    (figure.period, figure.period_start) in (
        select
            'week',
            date_trunc('week', buckets.date_key)::date
        from buckets
        union all
        select
            'month',
            date_trunc('month', buckets.date_key)::date
        from buckets
    );
