-- 0041_tables_at_rest: each SELECT returns what is missing.
select
    'view is of an earlier version' as problem,
    'ops.v_due_checks' as object
where coalesce(strpos(pg_get_viewdef(to_regclass('ops.v_due_checks')), 'is_whole'), 0) = 0;
