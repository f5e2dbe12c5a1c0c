-- maintenance tables: what statistics say of every table, partition and materialized view that holds rows itself.
-- Sizes are those of the catalogue: asking for the file's would wait for whoever has the table for himself.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with bounds as (
    -- the end of a month, as the catalogue has it; a partitioned table has one level
    select
        relation.oid,
        substring(pg_get_expr(relation.relpartbound, 0) from 'TO \(''([^'']+)''\)')::timestamptz as ends_at
    from pg_class as relation
    where relation.relispartition and relation.relkind = 'r'
)

select
    format('%I.%I', namespace.nspname, relation.relname) as table_name,
    bounds.ends_at,
    relation.relkind = 'm' as is_view,
    relation.relpages * current_setting('block_size')::bigint as byte_count,
    relation.reltuples::bigint as known_rows,
    coalesce(seen.n_live_tup, 0) as live_rows,
    coalesce(seen.n_dead_tup, 0) as dead_rows,
    coalesce(seen.n_ins_since_vacuum, 0) as inserted_rows,
    coalesce(seen.n_mod_since_analyze, 0) as changed_rows,
    coalesce(seen.last_analyze, seen.last_autoanalyze) is not null as is_analyzed,
    age(relation.relfrozenxid) as frozen_age,
    coalesce(relation.reloptions, '{}') as settings
from pg_class as relation
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
left join bounds on relation.oid = bounds.oid
left join pg_stat_all_tables as seen on relation.oid = seen.relid
where
    namespace.nspname in ('scout', 'ops')
    and relation.relkind in ('r', 'm')
    and relation.relpersistence <> 't'
order by table_name;
