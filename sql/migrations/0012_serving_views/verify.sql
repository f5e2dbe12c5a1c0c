-- Every table, view, index and routine of this migration.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.mv_inputs'),
    ('scout.mv_dashboard_kpis'),
    ('scout.mv_dashboard_kpis_grain'),
    ('scout.mv_brand_performance'),
    ('scout.mv_brand_performance_grain'),
    ('scout.mv_brand_performance_by_day'),
    ('scout.mv_store_daily_metrics'),
    ('scout.mv_store_daily_metrics_grain'),
    ('scout.idx_mv_store_metrics_date'),
    ('scout.v_live_store_day'),
    ('scout.v_live_dashboard_kpis'),
    ('scout.v_live_brand_day')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing routine' as problem,
    expected.signature as object
from (
    values
    ('ops.refresh_materialized_view(regclass)'),
    ('scout.refresh_materialized_views()'),
    ('scout.refresh_dashboard_views()')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
