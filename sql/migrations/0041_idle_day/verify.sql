-- 0041_idle_day: each SELECT returns what is missing.
select
    'view is of an earlier version' as problem,
    'ops.v_due_checks' as object
where coalesce(strpos(pg_get_viewdef(to_regclass('ops.v_due_checks')), 'is_whole'), 0) = 0;

select
    'missing column' as problem,
    'ops.performance_snapshots.beats_written' as object
where
    not exists (
        select 1 from pg_attribute as attribute
        where
            attribute.attrelid = to_regclass('ops.performance_snapshots')
            and attribute.attname = 'beats_written'
            and not attribute.attisdropped
    );

select
    'function is of an earlier version' as problem,
    'ops.capture_performance_snapshot()' as object
where
    to_regprocedure('ops.beats_written()') is null
    or coalesce(
        strpos(pg_get_functiondef(to_regprocedure('ops.capture_performance_snapshot()')), 'beats_written'), 0
    ) = 0;
