-- maintenance parents: partitioned tables, which autovacuum never analyses, with all that changed in their months.
-- `noted_changes` is that sum as the last analysis by maintenance left it; lost statistics count from 0 again.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with parents as (
    select
        parent.oid,
        format('%I.%I', namespace.nspname, parent.relname) as table_name,
        parent.reltuples
    from pg_class as parent
    inner join pg_namespace as namespace on parent.relnamespace = namespace.oid
    where parent.relkind = 'p' and namespace.nspname in ('scout', 'ops')
),

months as (
    select
        pg_inherits.inhparent,
        count(*) as month_count,
        sum(greatest(month.reltuples, seen.n_live_tup, 0))::bigint as live_rows,
        sum(coalesce(seen.n_tup_ins + seen.n_tup_upd + seen.n_tup_del, 0))::bigint as all_changes
    from pg_inherits
    inner join pg_class as month on pg_inherits.inhrelid = month.oid
    left join pg_stat_all_tables as seen on month.oid = seen.relid
    group by pg_inherits.inhparent
)

select
    parents.table_name,
    parents.reltuples::bigint as known_rows,
    months.month_count,
    months.live_rows,
    months.all_changes,
    (
        select (done.state_after ->> 'all_changes')::bigint
        from ops.maintenance_log as done
        where
            done.table_name = parents.table_name
            and done.action = 'analyze_parent'
            and done.outcome = 'done'
        order by done.started_at desc
        limit 1
    ) as noted_changes
from parents
inner join months on parents.oid = months.inhparent
order by parents.table_name;
