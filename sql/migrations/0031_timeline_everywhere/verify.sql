-- 0031_timeline_everywhere: each SELECT returns what is missing.
select
    'function is of an earlier version' as problem,
    'scout.get_sales_timeline(date, date, text, jsonb)' as object
from pg_proc as routine
where
    routine.oid = to_regprocedure('scout.get_sales_timeline(date, date, text, jsonb)')
    and position('gold_regional_performance' in pg_get_functiondef(routine.oid)) = 0;
