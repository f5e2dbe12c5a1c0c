-- Bytes of each table of Dagster's storage with its indexes, and rows as counted now.
select
    relation.relname as table_name,
    pg_total_relation_size(relation.oid) as byte_count
from pg_class as relation
where relation.relkind = 'r' and relation.relnamespace = 'public'::regnamespace
order by byte_count desc, table_name asc;
