-- 0025_automation: how late each table is as of the moment one asks, alerts that open once and resolve, snapshots of
-- the server, and which materialized views are worth a refresh.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
-- squawk-ignore-file require-concurrent-index-creation, adding-not-nullable-field, adding-field-with-default

create table ops.freshness_tiers (
    tier text primary key,
    target_seconds integer not null,
    warn_seconds integer not null check (warn_seconds >= target_seconds),
    fail_seconds integer not null check (fail_seconds > warn_seconds),
    silent_seconds integer not null check (silent_seconds > 0)
);
comment on table ops.freshness_tiers is
'How late a table may be: streaming (bronze, silver) and hourly (gold, serving). docs/decisions/0027 tells why two.';
comment on column ops.freshness_tiers.silent_seconds is
'Age of the newest sale from which silence is no longer normal: a night and a morning without sales.';
insert into ops.freshness_tiers (tier, target_seconds, warn_seconds, fail_seconds, silent_seconds) values
('streaming', 60, 60, 300, 64800),
('hourly', 3600, 7200, 14400, 64800);

create table ops.heartbeats (
    process text primary key,
    beat_at timestamptz not null default clock_timestamp()
);
comment on table ops.heartbeats is
'When somebody last looked for work: what nobody looks for cannot be known to be up to date.';

create table ops.stale_views (
    view_name text primary key,
    stale_since timestamptz not null
);
comment on table ops.stale_views is
'Materialized views whose input changed after their last refresh, and since when: inputs keep the last change alone.';

alter table ops.input_versions
add column changed_rows bigint not null default 0;
comment on column ops.input_versions.changed_rows is
'Rows written to this table since the beginning, counted by the transactions that wrote them; it only grows.';

create table ops.view_changes (
    view_name text primary key,
    seen_rows bigint not null
);
comment on table ops.view_changes is
'The changed_rows of all inputs of a view as they stood when it was last refreshed by the pipeline.';

create function ops.should_refresh_views(p_minimum_rows bigint default 1)
returns table (view_name text, changed_rows bigint, stale_since timestamptz, should_refresh boolean)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    with inputs as (
        select
            input.view_name,
            max(version.version_xid) as newest,
            sum(version.changed_rows)::bigint as all_rows
        from ops.mv_inputs as input
        inner join ops.input_versions as version on input.input_name = version.input_name
        group by input.view_name
    ),

    changed as (
        select
            inputs.view_name,
            greatest(inputs.all_rows - coalesce(seen.seen_rows, 0), 0) as changed_rows,
            (
                select min(version.changed_at)
                from ops.mv_inputs as input
                inner join ops.input_versions as version on input.input_name = version.input_name
                where
                    input.view_name = inputs.view_name
                    and (status.input_version is null or version.version_xid > status.input_version)
            ) as changed_at,
            coalesce(status.input_version <> inputs.newest, true) as is_behind,
            (status.view_name is null) as is_new
        from inputs
        left join ops.mv_refresh_status as status on inputs.view_name = status.view_name
        left join ops.view_changes as seen on inputs.view_name = seen.view_name
    )

    select
        changed.view_name,
        case when changed.is_behind then changed.changed_rows else 0 end,
        case when changed.is_behind then least(noted.stale_since, changed.changed_at) end,
        changed.is_behind and (changed.is_new or changed.changed_rows >= p_minimum_rows)
    from changed
    left join ops.stale_views as noted on changed.view_name = noted.view_name;
end;
comment on function ops.should_refresh_views(bigint) is
'Each materialized view with the rows that were written to its inputs since its last refresh, since when it is behind, '
'and whether that is worth a refresh. Rows are counted, not statements.';

create function ops.note_stale_views() returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    noted bigint;
begin
    delete from ops.stale_views as known
    where
        not exists (
            select 1 from ops.should_refresh_views(0) as view
            where view.view_name = known.view_name and view.should_refresh
        );
    insert into ops.stale_views (view_name, stale_since)
    select view.view_name, coalesce(view.stale_since, now())
    from ops.should_refresh_views(0) as view
    where view.should_refresh
    on conflict (view_name) do nothing;
    get diagnostics noted = row_count;
    return noted;
end
$$;
comment on function ops.note_stale_views() is
'Remembers since when views are behind their inputs, and forgets those that are not; the number newly noted.';

create view ops.v_data_freshness as
with mark as (
    select
        stream,
        last_xid,
        last_id,
        last_event_at
    from ops.streaming_watermarks
    where stream = 'silver/transactions_cleaned'
),

looked as (
    select max(beat_at) as looked_at
    from ops.heartbeats
    where process = 'silver/transactions_cleaned'
),

landing as (
    select max(beat_at) as looked_at
    from ops.heartbeats
    where process = 'bronze/transactions_raw'
),

refreshed as (
    select max(beat_at) as looked_at
    from ops.heartbeats
    where process = 'serving'
),

oldest_record as (
    select coalesce(batch.finished_at, record.received_at) as waiting_since
    from (
        select
            waiting.received_at,
            waiting.batch_id
        from scout.bronze_transactions_raw as waiting
        where
            scout.xid_number(waiting.ingest_xid)
            >= scout.xid_number(coalesce((select mark.last_xid from mark), '0'::xid8))
            and (waiting.ingest_xid, waiting.ingest_id)
            > (coalesce((select mark.last_xid from mark), '0'::xid8), coalesce((select mark.last_id from mark), 0))
        order by scout.xid_number(waiting.ingest_xid), waiting.ingest_id
        limit 1
    ) as record
    left join scout.bronze_ingestion_batches as batch on record.batch_id = batch.batch_id
),

datasets as (
    select
        'bronze/transactions_raw' as dataset,
        'streaming' as tier,
        landing.looked_at,
        null::timestamptz as waiting_since
    from landing
    union all
    select
        'silver/transactions_cleaned' as dataset,
        'streaming' as tier,
        looked.looked_at,
        (
            select min(waits.waiting_since)
            from (
                select oldest_record.waiting_since from oldest_record
                union all
                select min(recalled.recalled_at) from ops.recalled_transactions as recalled
            ) as waits
        ) as waiting_since
    from looked
    union all
    select
        layers.layer,
        'hourly',
        looked.looked_at,
        (
            select min(dirty.marked_at) from ops.dirty_buckets as dirty
            where dirty.layer = layers.layer
        )
    from (select distinct bucket_layer.layer from ops.bucket_layers as bucket_layer) as layers
    cross join looked
    union all
    select
        'serving/' || split_part(view.view_name, '.', 2),
        'hourly',
        refreshed.looked_at,
        view.stale_since
    from ops.should_refresh_views(0) as view
    cross join refreshed
),

measured as (
    select
        datasets.dataset,
        datasets.tier,
        tier.target_seconds,
        tier.warn_seconds,
        tier.fail_seconds,
        tier.silent_seconds,
        datasets.looked_at,
        datasets.waiting_since,
        mark.last_event_at,
        greatest(
            extract(epoch from now() - datasets.waiting_since), extract(epoch from now() - datasets.looked_at), 0
        ) as lag_seconds,
        extract(epoch from now() - mark.last_event_at) as event_age_seconds
    from datasets
    inner join ops.freshness_tiers as tier on datasets.tier = tier.tier
    left join mark on true
)

select
    dataset,
    tier,
    case
        when waiting_since is null and (last_event_at is null or looked_at is null) then 'UNKNOWN'
        when lag_seconds > fail_seconds then 'CRITICAL'
        when lag_seconds > warn_seconds then 'WARNING'
        when event_age_seconds > silent_seconds then 'SILENT'
        else 'OK'
    end as status,
    round(lag_seconds, 1) as lag_seconds,
    waiting_since,
    looked_at,
    last_event_at,
    round(event_age_seconds, 1) as event_age_seconds,
    target_seconds,
    warn_seconds,
    fail_seconds
from measured;
comment on view ops.v_data_freshness is
'How late each table is now: the longest wait of an input, or the time for which nobody looked for one, whichever is '
'more. CRITICAL, WARNING: late. SILENT: nothing waits, and the newest sale is old: nothing came, or what came is of '
'old months. UNKNOWN: nothing ever came, or nobody ever looked. Nothing of it is stored, so it grows while the '
'pipeline stands still.';

create table ops.performance_alerts (
    alert_id bigint generated always as identity primary key,
    alert_type text not null,
    object_name text not null,
    severity text not null check (severity in ('info', 'warning', 'critical')),
    message text not null,
    details jsonb not null default '{}',
    first_seen_at timestamptz not null default clock_timestamp(),
    last_seen_at timestamptz not null default clock_timestamp(),
    seen_count bigint not null default 1,
    resolved_at timestamptz
);
comment on table ops.performance_alerts is
'What a person should look at: one open row for a type and object, seen again and again, resolved when it is over.';
create unique index performance_alerts_open on ops.performance_alerts (alert_type, object_name)
where resolved_at is null;
create index performance_alerts_resolved on ops.performance_alerts (resolved_at) where resolved_at is not null;

create function ops.settle_alerts(
    p_type text, p_findings jsonb, out opened bigint, out still_open bigint, out resolved bigint
)
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    with found as (
        select distinct on (finding.object_name) finding.*
        from
            jsonb_to_recordset(p_findings)
                as finding (
                    object_name text, severity text, message text, details jsonb
                )
        order by finding.object_name
    ),

    over as (
        update ops.performance_alerts as alert
        set resolved_at = clock_timestamp()
        where
            alert.alert_type = p_type and alert.resolved_at is null
            and not exists (
                select 1 from found
                where found.object_name = alert.object_name
            )
        returning 1
    ),

    seen as (
        insert into ops.performance_alerts as alert (alert_type, object_name, severity, message, details)
        select
            p_type,
            found.object_name,
            found.severity,
            found.message,
            coalesce(found.details, '{}')
        from found
        order by found.object_name
        on conflict (alert_type, object_name) where resolved_at is null
        do update
            set
                severity = excluded.severity,
                message = excluded.message,
                details = excluded.details,
                last_seen_at = excluded.last_seen_at,
                seen_count = alert.seen_count + 1
        returning alert.seen_count
    )

    select
        (
            select count(*) from seen
            where seen.seen_count = 1
        ),
        (
            select count(*) from seen
            where seen.seen_count > 1
        ),
        (select count(*) from over);
end;
comment on function ops.settle_alerts(text, jsonb) is
'Makes the open alerts of a type those of the findings (object_name, severity, message, details): new ones are opened, '
'known ones are seen again, and the others are resolved.';

create table ops.performance_snapshots (
    captured_at timestamptz primary key default clock_timestamp(),
    stats_reset timestamptz,
    connections integer not null,
    active_connections integer not null,
    longest_transaction_seconds numeric not null,
    longest_transaction_pid integer,
    commits bigint not null,
    rollbacks bigint not null,
    blocks_read bigint not null,
    blocks_hit bigint not null,
    rows_written bigint not null,
    temporary_bytes bigint not null,
    deadlocks bigint not null,
    database_bytes bigint not null
);
comment on table ops.performance_snapshots is
'The server''s counters for this database, every few minutes while it works; only differences mean anything.';
comment on column ops.performance_snapshots.longest_transaction_seconds is
'Age of the oldest open transaction of any database: it holds the window back.';

create function ops.capture_performance_snapshot() returns timestamptz
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
        rollbacks, blocks_read, blocks_hit, rows_written, temporary_bytes, deadlocks, database_bytes
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
        counted.temp_bytes,
        counted.deadlocks,
        pg_database_size(counted.datid)
    from pg_stat_database as counted
    where counted.datname = current_database()
    returning captured_at;
end;
comment on function ops.capture_performance_snapshot() is
'Writes one row of ops.performance_snapshots. It counts no table: rows of tables are estimates elsewhere.';

create view ops.v_performance_snapshots as
with pairs as (
    select
        snapshot.*,
        lag(snapshot.captured_at) over in_time as previous_at,
        lag(snapshot.stats_reset) over in_time as previous_reset,
        lag(snapshot.commits) over in_time as previous_commits,
        lag(snapshot.rollbacks) over in_time as previous_rollbacks,
        lag(snapshot.blocks_read) over in_time as previous_read,
        lag(snapshot.blocks_hit) over in_time as previous_hit,
        lag(snapshot.rows_written) over in_time as previous_written,
        lag(snapshot.deadlocks) over in_time as previous_deadlocks
    from ops.performance_snapshots as snapshot
    window in_time as (order by snapshot.captured_at)
),

comparable as (
    select
        pairs.captured_at,
        pairs.commits - pairs.previous_commits as commit_count,
        pairs.rollbacks - pairs.previous_rollbacks as rollback_count,
        pairs.rows_written - pairs.previous_written as written_count,
        pairs.deadlocks - pairs.previous_deadlocks as deadlock_count,
        pairs.blocks_read - pairs.previous_read as read_count,
        pairs.blocks_hit - pairs.previous_hit as hit_count
    from pairs
    where
        pairs.previous_reset = pairs.stats_reset
        or (pairs.previous_at is not null and pairs.previous_reset is null and pairs.stats_reset is null)
)

select
    pairs.captured_at,
    extract(epoch from pairs.captured_at - pairs.previous_at) as window_seconds,
    pairs.connections,
    pairs.active_connections,
    pairs.longest_transaction_seconds,
    pairs.longest_transaction_pid,
    pairs.database_bytes,
    comparable.commit_count,
    comparable.rollback_count,
    comparable.written_count,
    comparable.deadlock_count,
    comparable.read_count,
    round(100.0 * comparable.hit_count / nullif(comparable.hit_count + comparable.read_count, 0), 2) as cache_hit_pct
from pairs
left join comparable on pairs.captured_at = comparable.captured_at;
comment on view ops.v_performance_snapshots is
'What happened between a snapshot and the one before; null where the server''s counters began anew meanwhile.';

create function ops.performance_findings()
returns table (object_name text, severity text, message text, details jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    with latest as (
        select snapshot.*
        from ops.v_performance_snapshots as snapshot
        order by snapshot.captured_at desc
        limit 1
    ),

    judged as (
        select
            'connections' as object_name,
            case when latest.connections > 100 then 'critical' when latest.connections > 50 then 'warning' end
                as severity,
            latest.connections || ' connections; 50 are many, 100 are the limit' as message,
            latest.connections::numeric as measured
        from latest
        union all
        select
            'cache hits',
            case
                when latest.read_count < 10000 or latest.cache_hit_pct >= 90 then null
                when latest.cache_hit_pct < 80 then 'critical' else 'warning'
            end,
            round(latest.cache_hit_pct, 1)::text || ' % of the blocks came from memory; below 90 % it is too small',
            latest.cache_hit_pct
        from latest
        where latest.cache_hit_pct is not null
        union all
        select
            'deadlocks',
            case when latest.deadlock_count > 0 then 'warning' end,
            latest.deadlock_count || ' deadlocks since the last snapshot',
            latest.deadlock_count::numeric
        from latest
        where latest.deadlock_count is not null
        union all
        select
            'long transaction',
            case
                when max(open_one.age_seconds) > 900 then 'critical' when max(open_one.age_seconds) > 300 then 'warning'
            end,
            'a transaction is open for ' || round(max(open_one.age_seconds)) || ' s; it holds the window back',
            max(open_one.age_seconds)
        from (
            select extract(epoch from clock_timestamp() - session.xact_start) as age_seconds
            from pg_stat_activity as session
            where session.backend_type = 'client backend' and session.backend_xid is not null
        ) as open_one
    )

    select
        judged.object_name,
        judged.severity,
        judged.message,
        jsonb_build_object('measured', judged.measured)
    from judged
    where judged.severity is not null;
end;
comment on function ops.performance_findings() is
'What is wrong with the server now, by its activity and the newest snapshot; no row when nothing is.';

create function ops.check_performance_alerts(out opened bigint, out still_open bigint, out resolved bigint)
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select
        settled.opened,
        settled.still_open,
        settled.resolved
    from ops.settle_alerts(
        'performance',
        coalesce((select jsonb_agg(to_jsonb(finding)) from ops.performance_findings() as finding), '[]')
    ) as settled;
end;
comment on function ops.check_performance_alerts() is
'Opens, sees again and resolves the alerts of type performance.';

create function ops.cleanup_monitoring_data(p_days integer default 30) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    removed bigint;
    more bigint;
begin
    delete from ops.performance_snapshots where captured_at < now() - make_interval(days => p_days);
    get diagnostics removed = row_count;
    delete from ops.performance_alerts where resolved_at < now() - make_interval(days => p_days);
    get diagnostics more = row_count;
    return removed + more;
end
$$;
comment on function ops.cleanup_monitoring_data(integer) is
'Removes snapshots and resolved alerts that are older than so many days; open alerts stay. The number of rows.';
