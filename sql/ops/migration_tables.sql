-- migration tables: every table with its columns, its size, and the rows this transaction deleted.
-- What a down destroys is read from two such lists, by oid and column number: a rename is no loss.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
select
    relation.oid::bigint as table_id,
    namespace.nspname::text as schema_name,
    relation.relname::text as table_name,
    parents.inhparent::bigint as parent_id,
    pg_relation_size(relation.oid) as size_bytes,
    coalesce(pg_stat_get_xact_tuples_deleted(relation.oid), 0) as deleted_count,
    coalesce(
        (
            select jsonb_object_agg(attribute.attnum, attribute.attname)
            from pg_attribute as attribute
            where
                attribute.attrelid = relation.oid
                and attribute.attnum > 0
                and not attribute.attisdropped
                and attribute.attgenerated = ''
        ),
        '{}'
    ) as columns
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
left join pg_inherits as parents on relation.oid = parents.inhrelid and relation.relispartition
where
    relation.relkind in ('r', 'p')
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and format('%s.%s', namespace.nspname, relation.relname)
    not in ('ops.alembic_version', 'ops.migration_history')
order by namespace.nspname, relation.relname;
