-- scout.gold_store_performance: takes the figures of the buckets' store-months away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_store_performance as figure
where
    (figure.store_id, figure.month) in (
        select
            buckets.store_id,
            date_trunc('month', buckets.date_key)::date
        from buckets
    );
