-- The table and indexes of this migration, and the functions that read customers through its index.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.performance_baselines'),
    ('ops.idx_performance_baseline_lookup'),
    ('scout.idx_dashboard_kpis')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'index of another shape' as problem,
    'scout.idx_dashboard_kpis' as object
where
    pg_get_indexdef(to_regclass('scout.idx_dashboard_kpis'))
    not like '%(store_id, date_key) INCLUDE (peso_value, customer_id) WHERE%';

select
    'earlier body of a function' as problem,
    expected.signature as object
from (
    values
    ('scout.get_dashboard_metrics(date, date, jsonb)', 'customer_id IS NOT NULL'),
    ('scout.get_store_stats(text, date, date)', 'customer_id IS NOT NULL')
) as expected (signature, part)
where strpos(coalesce(pg_get_function_sqlbody(to_regprocedure(expected.signature)), ''), expected.part) = 0;
