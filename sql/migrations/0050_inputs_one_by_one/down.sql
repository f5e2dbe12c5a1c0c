-- 0050_inputs_one_by_one, undone.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03

drop function scout.get_latest_store_metrics(text);
drop view scout.v_live_latest_store_metrics;
drop function scout.latest_metrics_of_store(integer);

-- each view is refreshed once more: which number its contents stand on is not known in the old form
alter table ops.mv_refresh_status add column input_version xid8;

create or replace function ops.refresh_materialized_view(p_view text, p_strategy text) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    -- the name and not the oid, which a swap by another session changes while this one waits
    full_name constant text := (
        select relation.oid::regclass::text
        from pg_class as relation
        where relation.oid = to_regclass(p_view) and relation.relkind = 'm'
    );
    chosen text := scout.checked_choice(
        'strategy', p_strategy, array['auto', 'plain', 'concurrently', 'swap']
    );
    view_oid regclass;
    is_filled boolean;
    newest xid8;
    started timestamptz;
    rows_now bigint;
    ms_locked numeric;
    changed_count bigint;
begin
    if full_name is null then
        raise exception '% is no materialized view', p_view using errcode = 'wrong_object_type';
    end if;
    -- who comes second waits, and finds less to do: it must not miss what changed since the first one began
    perform pg_advisory_xact_lock(hashtextextended('scout refresh ' || full_name, 0));
    started := clock_timestamp();
    view_oid := to_regclass(full_name);
    is_filled := (select relation.relispopulated from pg_class as relation where relation.oid = view_oid);
    newest := (
        select max(version.version_xid)
        from ops.mv_inputs as input join ops.input_versions as version using (input_name)
        where input.view_name = full_name
    );
    if newest is null or (
        is_filled and exists (
            select 1 from ops.mv_refresh_status as status
            where status.view_name = full_name and status.input_version = newest
        )
    ) then
        return false;
    end if;
    chosen := case when not is_filled then 'plain' when chosen = 'auto' then ops.refresh_strategy(full_name) else chosen end;
    if chosen = 'swap' then
        select swapped.row_count, swapped.locked_ms into rows_now, ms_locked
        from ops.swap_materialized_view(view_oid) as swapped;
        chosen := case when ms_locked is null then 'concurrently' else 'swap' end;
    end if;
    if chosen <> 'swap' then
        changed_count := -greatest(
            pg_stat_get_xact_tuples_inserted(view_oid), pg_stat_get_xact_tuples_deleted(view_oid)
        );
        execute format(
            'refresh materialized view %s %s', case chosen when 'concurrently' then 'concurrently' end, full_name
        );
        changed_count := changed_count + greatest(
            pg_stat_get_xact_tuples_inserted(view_oid), pg_stat_get_xact_tuples_deleted(view_oid)
        );
        execute format('select count(*) from %s', full_name) into rows_now;
    end if;
    insert into ops.mv_refresh_status as known (
        view_name, input_version, refreshed_at, row_count, duration_ms, strategy, locked_ms, changed_pct
    )
    values (
        full_name, newest, clock_timestamp(), rows_now,
        round(extract(epoch from clock_timestamp() - started) * 1000), chosen, round(ms_locked, 1),
        case when chosen = 'concurrently' then round(100.0 * changed_count / greatest(rows_now, 1), 2) end
    )
    on conflict (view_name) do update
    set
        input_version = excluded.input_version,
        refreshed_at = excluded.refreshed_at,
        row_count = excluded.row_count,
        duration_ms = excluded.duration_ms,
        strategy = excluded.strategy,
        locked_ms = excluded.locked_ms,
        changed_pct = coalesce(excluded.changed_pct, known.changed_pct),
        swaps_since_measured = case excluded.strategy when 'swap' then known.swaps_since_measured + 1 else 0 end;
    return true;
end
$$;

create or replace function ops.should_refresh_views(p_minimum_rows bigint default 1)
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

drop function ops.view_inputs(text);
drop function ops.input_state(text);
drop trigger note_inserted_stores on scout.dim_store;
drop trigger note_updated_stores on scout.dim_store;
drop trigger note_deleted_stores on scout.dim_store;
drop function ops.note_changed_stores();
drop function ops.note_input_change(text, bigint);

delete from ops.mv_inputs
where view_name = 'scout.mv_global_product_stats' and input_name = 'silver/dim_store';
update ops.mv_inputs
set input_name = 'gold/daily_aggregates'
where
    input_name = 'scout.latest_business_day()'
    and view_name in ('scout.mv_dashboard_kpis', 'scout.mv_brand_performance');
delete from ops.input_versions
where input_name = 'silver/dim_store';
comment on table ops.mv_inputs is 'The gold tables on which each materialized view stands.';

alter table ops.mv_refresh_status drop column input_states;
create or replace function ops.note_failed_refresh(p_view text, p_error text) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    insert into ops.mv_refresh_status (view_name, failed_at, last_error)
    values (p_view, clock_timestamp(), p_error)
    on conflict (view_name) do update
        set
            failed_at = excluded.failed_at,
            last_error = excluded.last_error;
end;

comment on table ops.input_versions is
'The last transaction that changed a table on which a materialized view stands.';
alter table ops.input_versions drop column change_count;
