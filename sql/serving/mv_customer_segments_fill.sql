-- scout.mv_customer_segments: the first refresh; CONCURRENTLY is refused while a view was never filled.
-- reads:  gold/customer_insights
-- params: -
-- rerun:  safe, computes the whole view
refresh materialized view scout.mv_customer_segments;
