-- 0037_clockwork_mending: each SELECT returns what is missing.
select
    'missing column of ops.heartbeats' as problem,
    expected.name as object
from (values ('waiting_since'), ('waiting_for')) as expected (name)
where
    not exists (
        select 1 from pg_attribute as attribute
        where
            attribute.attrelid = to_regclass('ops.heartbeats')
            and attribute.attname = expected.name
            and not attribute.attisdropped
    );

select
    'view is of an earlier version' as problem,
    'ops.v_data_freshness' as object
where strpos(pg_get_viewdef(to_regclass('ops.v_data_freshness')), 'max(heartbeats.waiting_since)') = 0;

select
    'function is of an earlier version' as problem,
    'ops.settle_alerts(text, jsonb)' as object
where
    strpos(pg_get_functiondef(to_regprocedure('ops.settle_alerts(text, jsonb)')), 'pg_advisory_xact_lock') = 0;
