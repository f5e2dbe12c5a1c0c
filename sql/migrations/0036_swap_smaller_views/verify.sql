-- 0036_swap_smaller_views: each SELECT returns what is missing.
select
    'function is of an earlier version' as problem,
    'ops.refresh_strategy(text)' as object
where coalesce(strpos(pg_get_functiondef(to_regprocedure('ops.refresh_strategy(text)')), '>= 2000'), 0) = 0;
