-- 0025_automation: each SELECT returns what is missing.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.freshness_tiers'),
    ('ops.heartbeats'),
    ('ops.stale_views'),
    ('ops.view_changes'),
    ('ops.v_data_freshness'),
    ('ops.performance_alerts'),
    ('ops.performance_alerts_open'),
    ('ops.performance_alerts_resolved'),
    ('ops.performance_snapshots'),
    ('ops.v_performance_snapshots')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('ops.should_refresh_views(bigint)'),
    ('ops.note_stale_views()'),
    ('ops.settle_alerts(text, jsonb)'),
    ('ops.capture_performance_snapshot()'),
    ('ops.performance_findings()'),
    ('ops.check_performance_alerts()'),
    ('ops.cleanup_monitoring_data(integer)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'missing column' as problem,
    'ops.input_versions.changed_rows' as object
where
    not exists (
        select 1
        from pg_attribute as attribute
        where
            attribute.attrelid = to_regclass('ops.input_versions') and attribute.attname = 'changed_rows'
            and not attribute.attisdropped
    );
