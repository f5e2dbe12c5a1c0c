-- a table on its way into months: its name, its size, and how far it is.
-- reads:  -
-- params: relation
-- rerun:  safe, read only
with asked as (
    select to_regclass(:relation) as table_oid
),

named as (
    select
        quote_ident(of_schema.nspname) || '.' || quote_ident(found.relname) as table_name,
        coalesce(found.reltuples, -1)::bigint as estimated_rows
    from asked
    left join pg_class as found on asked.table_oid = found.oid
    left join pg_namespace as of_schema on found.relnamespace = of_schema.oid
)

select
    named.table_name,
    named.estimated_rows,
    migration.state,
    migration.row_count as copied
from named
left join ops.partition_migrations as migration on named.table_name = migration.relation;
