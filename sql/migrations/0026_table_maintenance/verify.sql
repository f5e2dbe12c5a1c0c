-- 0026_table_maintenance: each SELECT returns what is missing.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.maintenance_log'),
    ('ops.maintenance_log_by_table')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'table without its settings of autovacuum' as problem,
    expected.name as object
from (
    values
    ('ops.dirty_buckets'),
    ('ops.dirty_customers')
) as expected (name)
where
    not exists (
        select 1
        from pg_class as relation
        where
            relation.oid = to_regclass(expected.name)
            and 'autovacuum_vacuum_threshold=5000' = any(relation.reloptions)
    );
