-- scout.mv_dashboard_kpis: stores and hours of the 30 business days up to the newest; refreshed when its input changed.
-- reads:  gold/hourly_kpis, gold/daily_aggregates, silver/dim_store, bronze/ingestion_batches
-- params: -
-- rerun:  safe, skipped when nothing changed or another session is at it
select ops.refresh_materialized_view('scout.mv_dashboard_kpis');
