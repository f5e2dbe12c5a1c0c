-- scout.mv_brand_performance: brands and days of the newest 90 business days, ranked; refreshed when its input changed.
-- reads:  gold/brand_performance, gold/daily_aggregates, silver/dim_store, bronze/ingestion_batches
-- params: -
-- rerun:  safe, skipped when nothing changed or another session is at it
select ops.refresh_materialized_view('scout.mv_brand_performance');
