-- ops.performance_snapshots: rows written since the last one, if that is worth another; null when it is not.
-- An open alert of what snapshots tell is worth one after each look at it: by the last one it would stay open for ever.
-- reads:  -
-- params: minimum_rows
-- rerun:  safe, read only
with latest as (
    select
        snapshot.captured_at,
        -- beats come by themselves: with them an idle system would look at itself once an hour
        snapshot.rows_written - snapshot.beats_written as rows_written
    from ops.performance_snapshots as snapshot
    order by snapshot.captured_at desc
    limit 1
),

counted as (
    select server.tup_inserted + server.tup_updated + server.tup_deleted - ops.beats_written() as rows_written
    from pg_stat_database as server
    where server.datname = current_database()
)

select
    (
        select counted.rows_written - coalesce((select latest.rows_written from latest), 0)
        from counted
        where
            not exists (select 1 from latest)
            -- the counters began anew
            or counted.rows_written < (select latest.rows_written from latest)
            or counted.rows_written - (select latest.rows_written from latest) >= :minimum_rows
            or exists (
                select 1
                from ops.performance_alerts as alert
                where
                    alert.alert_type = 'performance'
                    and alert.object_name in ('connections', 'cache hits', 'deadlocks')
                    and alert.resolved_at is null
                    and alert.last_seen_at > (select latest.captured_at from latest)
            )
    )::text as due_state;
