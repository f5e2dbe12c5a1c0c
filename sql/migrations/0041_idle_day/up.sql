-- 0041_idle_day: a day on which nothing comes asks for no run: a table without days is due when something changed, not
-- because a day went by, and beats of sensors are no work that a snapshot should look at.
create function ops.beats_written() returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select coalesce(
        pg_stat_get_tuples_inserted('ops.heartbeats'::regclass) + pg_stat_get_tuples_updated('ops.heartbeats'::regclass)
        + pg_stat_get_tuples_deleted('ops.heartbeats'::regclass),
        0
    );
end;
comment on function ops.beats_written() is
'Rows of ops.heartbeats ever written, as the server counts them: an idle system writes nothing else.';

alter table ops.performance_snapshots add column beats_written bigint not null default 0;
comment on column ops.performance_snapshots.beats_written is
'Which part of rows_written sensors and schedules wrote by looking; 0 in snapshots that are older than the column.';

create or replace function ops.capture_performance_snapshot() returns timestamptz
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    with sessions as (
        select
            session.pid,
            session.xact_start,
            session.state
        from pg_stat_activity as session
        where session.backend_type = 'client backend'
    ),

    oldest as (
        select
            sessions.pid,
            sessions.xact_start
        from sessions
        where sessions.xact_start is not null and sessions.pid <> pg_backend_pid()
        order by sessions.xact_start
        limit 1
    )

    insert into ops.performance_snapshots (
        stats_reset, connections, active_connections, longest_transaction_seconds, longest_transaction_pid, commits,
        rollbacks, blocks_read, blocks_hit, rows_written, beats_written, temporary_bytes, deadlocks, database_bytes
    )
    select
        counted.stats_reset,
        (select count(*) from sessions),
        (
            select count(*) from sessions as session
            where session.state = 'active'
        ),
        coalesce((select extract(epoch from clock_timestamp() - oldest.xact_start) from oldest), 0),
        (select oldest.pid from oldest),
        counted.xact_commit,
        counted.xact_rollback,
        counted.blks_read,
        counted.blks_hit,
        counted.tup_inserted + counted.tup_updated + counted.tup_deleted,
        ops.beats_written(),
        counted.temp_bytes,
        counted.deadlocks,
        pg_database_size(counted.datid)
    from pg_stat_database as counted
    where counted.datname = current_database()
    returning captured_at;
end;

create or replace view ops.v_due_checks as
with days as (
    select
        'business' as calendar,
        changed.date_key,
        changed.changed_xid
    from ops.changed_days as changed
    union all
    select
        'receipt' as calendar,
        (batch.received_at at time zone 'utc')::date as date_key,
        batch.ingest_xid as changed_xid
    from scout.bronze_ingestion_batches as batch
),

changes as (
    select
        declared.table_name,
        declared.day_grain = 'table' as is_whole,
        case declared.day_grain
            when 'table' then current_date
            when 'day' then days.date_key
            else date_trunc(declared.day_grain, days.date_key)::date
        end as check_date,
        days.date_key,
        days.changed_xid
    from ops.data_quality_tables as declared
    inner join days
        on case when declared.asset like 'bronze/%' then 'receipt' else 'business' end = days.calendar
    where declared.is_active
),

seen as (
    select
        changes.table_name,
        changes.check_date,
        bool_or(
            coalesce(
                changes.changed_xid >= latest.seen_xid
                -- seen in the cluster that this database was restored from
                or latest.seen_xid > pg_snapshot_xmax(pg_current_snapshot()),
                true
            )
        ) as is_changed
    from changes
    left join lateral (
        select metric.seen_xid
        from ops.data_quality_metrics as metric
        where
            metric.table_name = changes.table_name
            -- a table without days is the same tomorrow
            and (changes.is_whole or metric.metric_date = changes.check_date)
        order by metric.checked_at desc
        limit 1
    ) as latest on true
    group by changes.table_name, changes.check_date
),

-- days after a known one on which nothing came: a silence is only seen by looking at them
gaps as (
    select
        changed.date_key,
        lead(changed.date_key) over (order by changed.date_key) as next_day
    from ops.changed_days as changed
),

empty_days as (
    select
        declared.table_name,
        empty.date_key::date as check_date
    from gaps
    -- what stays away for more than a month was not silent, it was not there
    cross join
        lateral generate_series(
            gaps.date_key + 1, least(gaps.next_day - 1, gaps.date_key + 31), interval '1 day'
        ) as empty (date_key)
    cross join ops.data_quality_tables as declared
    where
        gaps.next_day is not null
        and declared.is_active
        and declared.day_grain = 'day'
        and exists (
            select 1
            from ops.data_quality_rules as rule
            where rule.table_name = declared.table_name and rule.is_active and rule.dimension = 'volume'
        )
        and not exists (
            select 1
            from ops.data_quality_metrics as metric
            where metric.table_name = declared.table_name and metric.metric_date = empty.date_key::date
        )
)

select
    seen.table_name,
    seen.check_date
from seen
where seen.is_changed
union
select
    empty_days.table_name,
    empty_days.check_date
from empty_days;
