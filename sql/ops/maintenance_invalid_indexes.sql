-- maintenance invalid indexes: what an interrupted CONCURRENTLY left: slows every write, answers no question.
-- An index that somebody builds right now is invalid too: its builder holds a lock on the table. An index of a
-- partitioned table is no left-over: it waits for its parts.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
select
    format('%I.%I', namespace.nspname, relation.relname) as index_name,
    owner_relation.oid::regclass::text as table_name,
    relation.relispartition as is_attached,
    relation.relpages * current_setting('block_size')::bigint as byte_count,
    pg_get_indexdef(relation.oid) as definition
from pg_index as index
inner join pg_class as relation on index.indexrelid = relation.oid
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_class as owner_relation on index.indrelid = owner_relation.oid
-- a left-over may be that of a table's out-of-line values
left join pg_class as main_relation on owner_relation.oid = main_relation.reltoastrelid
inner join pg_namespace as of_data on coalesce(main_relation.relnamespace, owner_relation.relnamespace) = of_data.oid
where
    not index.indisvalid
    and relation.relkind = 'i'
    and of_data.nspname in ('scout', 'ops')
    and not exists (
        select 1 from pg_constraint
        where pg_constraint.conindid = relation.oid
    )
    and not exists (
        select 1
        from pg_locks as held
        where
            held.relation in (relation.oid, owner_relation.oid, main_relation.oid)
            and held.database = (
                select here.oid from pg_database as here
                where here.datname = current_database()
            )
            and held.mode in ('ShareUpdateExclusiveLock', 'ShareLock', 'AccessExclusiveLock')
            and held.pid <> pg_backend_pid()
    )
order by index_name;
