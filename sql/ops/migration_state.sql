-- a table on its way into months: its name, its size, and how far it is.
-- reads:  -
-- params: relation
-- rerun:  safe, read only
with named as (
    select
        found.oid,
        quote_ident(of_schema.nspname) || '.' || quote_ident(found.relname) as table_name,
        found.reltuples
    from pg_class as found
    inner join pg_namespace as of_schema on found.relnamespace = of_schema.oid
    where found.oid = to_regclass(:relation)
)

select
    named.table_name,
    coalesce(named.reltuples, -1)::bigint as estimated_rows,
    migration.state,
    migration.row_count as copied
from (select 1) as one
left join named on true
left join ops.partition_migrations as migration on named.table_name = migration.relation;
