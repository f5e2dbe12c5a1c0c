-- 0024_partition_life_cycle: each SELECT returns what is missing.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.archived_months'),
    ('ops.archived_partitions'),
    ('ops.archived_customers'),
    ('ops.archived_customers_by_customer'),
    ('ops.archived_batches'),
    ('ops.partition_maintenance_log'),
    ('ops.partition_maintenance_log_by_month'),
    ('ops.partition_migrations'),
    ('ops.partitions')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('ops.silver_kept_from()'),
    ('ops.silver_open_from()'),
    ('ops.layer_open_from(text)'),
    ('ops.is_sale_archived(smallint, text)'),
    ('ops.create_partition(regclass, integer, integer)'),
    ('ops.ensure_future_partitions(integer, timestamptz)'),
    ('ops.list_archivable_partitions(integer, timestamptz)'),
    ('ops.analyze_partitions(text)'),
    ('ops.partition_facts(regclass, text[])'),
    ('ops.partition_migration_problems(regclass, text)'),
    ('ops.begin_partition_migration(regclass, text)'),
    ('ops.copy_partition_batch(text, integer)'),
    ('ops.swap_partitioned(text)'),
    ('ops.confirm_partitioned(text)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
