-- 0035_query_ranges: each SELECT returns what is missing.
select
    'missing column of ops.mv_refresh_status' as problem,
    expected.name as object
from (values ('failed_at'), ('last_error')) as expected (name)
where
    not exists (
        select 1 from pg_attribute as attribute
        where
            attribute.attrelid = to_regclass('ops.mv_refresh_status')
            and attribute.attname = expected.name
            and not attribute.attisdropped
    );

select
    'missing routine' as problem,
    expected.signature as object
from (
    values
    ('ops.note_failed_refresh(text, text)'),
    ('ops.refresh_views(text[])'),
    ('scout.checked_range(date, date)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'function is of an earlier version' as problem,
    routine.oid::regprocedure::text as object
from pg_proc as routine
where
    routine.pronamespace = to_regnamespace('scout')
    and 'p_from' = any(routine.proargnames)
    and 'p_to' = any(routine.proargnames)
    and starts_with(routine.proname, 'get_')
    and not exists (
        select 1 from pg_depend as link
        where
            link.classid = 'pg_proc'::regclass
            and link.objid = routine.oid
            and link.refobjid = to_regprocedure('scout.checked_range(date, date)')
    );

select
    'procedure is of an earlier version' as problem,
    routine.oid::regprocedure::text as object
from pg_proc as routine
where
    routine.oid in (
        to_regprocedure('scout.refresh_materialized_views()'), to_regprocedure('scout.refresh_dashboard_views()')
    )
    and strpos(routine.prosrc, 'ops.refresh_views') = 0;
