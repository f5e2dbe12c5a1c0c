-- maintenance unused indexes: no query used them, in any month, since statistics began; nothing depends on them.
-- Indexes that hold a key or a constraint are left out, and so is everything while statistics are younger than `days`.
-- reads:  -
-- params: days
-- rerun:  safe, reads only
with watched as (
    select coalesce(
        (
            select here.stats_reset from pg_stat_database as here
            where here.datname = current_database()
        ),
        (select min(done.applied_at) from ops.migration_history as done)
    ) as since
),

uses as (
    -- what was read of the indexes of the months is told of that of the whole table
    select
        coalesce(pg_inherits.inhparent, seen.indexrelid) as index_oid,
        sum(seen.idx_scan)::bigint as scan_count,
        max(seen.last_idx_scan) as last_used_at,
        sum(part.relpages * current_setting('block_size')::bigint)::bigint as byte_count
    from pg_stat_all_indexes as seen
    inner join pg_class as part on seen.indexrelid = part.oid
    left join pg_inherits on seen.indexrelid = pg_inherits.inhrelid
    where seen.schemaname in ('scout', 'ops')
    group by coalesce(pg_inherits.inhparent, seen.indexrelid)
)

select
    format('%I.%I', namespace.nspname, relation.relname) as index_name,
    uses.scan_count,
    uses.last_used_at,
    uses.byte_count,
    watched.since
from uses
cross join watched
inner join pg_class as relation on uses.index_oid = relation.oid
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_index as index on relation.oid = index.indexrelid
where
    watched.since < now() - make_interval(days => :days)
    and coalesce(uses.last_used_at, watched.since) < now() - make_interval(days => :days)
    and not index.indisunique
    and not index.indisexclusion
    and not exists (
        select 1 from pg_constraint
        where pg_constraint.conindid = relation.oid
    )
order by uses.byte_count desc;
