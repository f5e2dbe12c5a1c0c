-- 0043_floor_mending: each SELECT returns what is missing.
select
    'missing function' as problem,
    wanted.name as object
from unnest(array['scout.live_brand_figures(date)', 'scout.count_customers(date, date)']) as wanted (name)
where to_regprocedure(wanted.name) is null;

select
    'function is of an earlier version' as problem,
    wanted.name as object
from
    unnest(array['scout.get_dashboard_metrics(date, date, jsonb)', 'scout.get_store_stats(text, date, date)'])
        as wanted (name)
left join pg_proc as routine on routine.oid = to_regprocedure(wanted.name)
where coalesce('unique_customers_reason' <> all(routine.proargnames), true);

select
    'view is of an earlier version' as problem,
    'scout.v_live_brand_day' as object
where position('live_brand_figures' in pg_get_viewdef('scout.v_live_brand_day'::regclass)) = 0;
