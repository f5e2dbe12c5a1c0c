-- scout.mv_customer_segments: one row per segment, refreshed beside its readers.
-- reads:  gold/customer_insights
-- params: -
-- rerun:  safe, computes the whole view
refresh materialized view concurrently scout.mv_customer_segments;
