-- scout.mv_store_daily_metrics: stores and business days; refreshed when its input changed.
-- reads:  gold/daily_aggregates
-- params: -
-- rerun:  safe, skipped when nothing changed or another session is at it
select ops.refresh_materialized_view('scout.mv_store_daily_metrics');
