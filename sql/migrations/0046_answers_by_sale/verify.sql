-- 0046_answers_by_sale: each SELECT returns what is missing.
select
    'missing function' as problem,
    wanted.name as object
from
    unnest(array[
        'scout.chosen_sales(jsonb, date, date)',
        'scout.stores_told_by_sales(jsonb, text)',
        'scout.latest_business_day()'
    ]) as wanted (name)
where to_regprocedure(wanted.name) is null;

select
    'function is of an earlier version' as problem,
    wanted.name as object
from (
    values
    ('scout.known_value(text, text)', 'Unbranded'),
    ('scout.filtered_stores(jsonb)', 'is distinct from asked_region'),
    ('scout.get_dashboard_metrics(date, date, jsonb)', 'chosen_sales'),
    ('scout.get_sales_timeline(date, date, text, jsonb)', 'chosen_sales'),
    ('scout.get_top_products(date, date, integer, text, text)', 'Unbranded'),
    ('scout.get_product_mix_tree(date, text)', 'GREATEST')
) as wanted (name, says)
where coalesce(position(wanted.says in pg_get_functiondef(to_regprocedure(wanted.name))) = 0, true);

select
    'view is of an earlier version' as problem,
    wanted.name as object
from (
    values
    ('scout.v_live_store_day', 'silver_kept_from'),
    ('scout.v_live_dashboard_kpis', 'silver_kept_from'),
    ('scout.v_live_brand_day', 'silver_kept_from'),
    ('scout.mv_dashboard_kpis', 'latest_business_day'),
    ('scout.mv_brand_performance', 'latest_business_day')
) as wanted (name, says)
where coalesce(position(wanted.says in pg_get_viewdef(to_regclass(wanted.name))) = 0, true);
