-- table sizes: bytes on disk of every table of the database with its indexes and out-of-line values, months as one.
select
    format('%s.%s', coalesce(whole.nspname, namespace.nspname), coalesce(whole.relname, relation.relname)) as table_name,
    sum(pg_total_relation_size(relation.oid))::bigint as byte_count
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
left join lateral (
    select
        parent.relname,
        of_parent.nspname
    from pg_inherits
    inner join pg_class as parent on pg_inherits.inhparent = parent.oid
    inner join pg_namespace as of_parent on parent.relnamespace = of_parent.oid
    where pg_inherits.inhrelid = relation.oid
) as whole on true
where
    relation.relkind in ('r', 'm')
    and namespace.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
group by 1
order by 1;
