-- scout.mv_customer_segments: one row per segment; refreshed when its input changed.
-- reads:  gold/customer_insights
-- params: -
-- rerun:  safe, skipped when nothing changed or another session is at it
select ops.refresh_materialized_view('scout.mv_customer_segments');
