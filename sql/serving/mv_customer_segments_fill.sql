-- scout.mv_customer_segments: a refresh that its readers wait for; CONCURRENTLY is refused while a view is not filled.
-- reads:  gold/customer_insights
-- params: -
-- rerun:  safe, computes the whole view
refresh materialized view scout.mv_customer_segments;
