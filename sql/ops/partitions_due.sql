-- How many months ahead are missing, of tables in months, and how many partitions are half detached.
-- reads:  -
-- params: months, as_of
-- rerun:  safe, read only
with parents as (
    select of_schema.nspname || '.' || parent.relname as relation
    from pg_partitioned_table as scheme
    inner join pg_class as parent on scheme.partrelid = parent.oid
    inner join pg_namespace as of_schema on parent.relnamespace = of_schema.oid
    where scheme.partstrat = 'r' and of_schema.nspname in ('scout', 'ops')
),

wanted as (
    select
        parents.relation,
        (date_trunc('month', cast(:as_of as timestamptz), 'UTC') at time zone 'UTC')::date
        + make_interval(months => ahead.step) as month
    from parents
    cross join generate_series(0, cast(:months as integer)) as ahead (step)
)

select
    count(*) as missing_count,
    (select count(*) filter (where part.is_detach_pending) from ops.partitions as part) as interrupted_count
from wanted
where
    not exists (
        select 1
        from ops.partitions as part
        where part.relation = wanted.relation and part.month = wanted.month::date
    );
