-- scout.gold_store_product_summary: takes the products of the buckets' store-months away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_store_product_summary as figure
where
    (figure.store_id, figure.month) in (
        select
            buckets.store_id,
            date_trunc('month', buckets.date_key)::date
        from buckets
    );
