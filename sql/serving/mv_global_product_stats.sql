-- scout.mv_global_product_stats: products of all stores and all time; refreshed when its input changed.
-- reads:  gold/store_product_summary, silver/dim_store
-- params: -
-- rerun:  safe, skipped when nothing changed or another session is at it
select ops.refresh_materialized_view('scout.mv_global_product_stats');
