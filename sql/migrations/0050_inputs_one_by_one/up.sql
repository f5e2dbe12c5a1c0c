-- 0050_inputs_one_by_one: a materialized view is refreshed when any of its inputs changed, each compared with itself;
-- the latest measurements of stores as of any instant.
-- Why: docs/decisions/0049-inputs-are-compared-one-by-one.md.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
-- squawk-ignore-file adding-field-with-default, ban-drop-column

alter table ops.input_versions
add column change_count bigint not null default 0;
comment on column ops.input_versions.change_count is
'How often this table changed; each change takes the next number under the lock of this row, so no two share one.';
comment on table ops.input_versions is
'The last change of each table on which a materialized view stands: its number, and the transaction that made it.';

create function ops.note_input_change(p_input text, p_rows bigint) returns void
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    insert into ops.input_versions as known (input_name, changed_rows, change_count)
    values (p_input, p_rows, 1)
    on conflict (input_name) do update
        set
            version_xid = excluded.version_xid,
            changed_at = excluded.changed_at,
            changed_rows = known.changed_rows + excluded.changed_rows,
            change_count = known.change_count + 1;
end;
comment on function ops.note_input_change(text, bigint) is
'Notes in ops.input_versions that this transaction changed an input of materialized views, by so many rows.';

create function ops.note_changed_stores() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    touched bigint;
begin
    if tg_op = 'INSERT' then
        touched := (select count(*) from new_rows);
    elsif tg_op = 'DELETE' then
        touched := (select count(*) from old_rows);
    else
        -- as many rows differ before as after; a row that was written as it stood is on both sides
        touched := (select count(*) from (select * from new_rows except all select * from old_rows) as differing);
    end if;
    if touched > 0 then
        perform ops.note_input_change('silver/dim_store', touched);
    end if;
    return null;
end
$$;
comment on function ops.note_changed_stores() is
'Notes that rows of dim_store changed. A trigger, because landing, silver and rebuilds write it in many places, and '
'seldom.';
create trigger note_inserted_stores after insert on scout.dim_store
referencing new table as new_rows
for each statement execute function ops.note_changed_stores();
create trigger note_updated_stores after update on scout.dim_store
referencing old table as old_rows new table as new_rows
for each statement execute function ops.note_changed_stores();
create trigger note_deleted_stores after delete on scout.dim_store
referencing old table as old_rows
for each statement execute function ops.note_changed_stores();

alter table ops.mv_refresh_status
add column input_states jsonb;
comment on column ops.mv_refresh_status.input_states is
'The state of each input (ops.view_inputs) on which the contents stand. An input that changed during the refresh has '
'none, so that the next one does not skip.';

comment on table ops.mv_inputs is
'What each materialized view reads: tables by the keys of their assets, and functions whose value decides, by their '
'names; what such a function reads is no input of its own.';
update ops.mv_inputs
set input_name = 'scout.latest_business_day()'
where
    input_name = 'gold/daily_aggregates'
    and view_name in ('scout.mv_dashboard_kpis', 'scout.mv_brand_performance');
insert into ops.mv_inputs (view_name, input_name) values
('scout.mv_global_product_stats', 'silver/dim_store');
-- rows are counted anew over the new inputs
delete from ops.view_changes
where view_name in ('scout.mv_dashboard_kpis', 'scout.mv_brand_performance', 'scout.mv_global_product_stats');

create function ops.input_state(
    p_input text, out state text, out standing text, out changed_at timestamptz, out changed_rows bigint
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with noted as (
        select
            version.*,
            concat_ws('/', version.version_xid, version.change_count) as version_state
        from ops.input_versions as version
    ),

    ledger as (
        select
            batch.batch_id,
            batch.received_at
        from scout.bronze_ingestion_batches as batch
        order by batch.batch_id desc
        limit 1
    ),

    states as (
        select
            noted.version_state as state,
            noted.version_state as standing,
            noted.changed_at,
            noted.changed_rows
        from noted
        where noted.input_name = p_input
        union all
        select
            scout.latest_business_day()::text,
            concat_ws(
                '/', (select ledger.batch_id from ledger), (select ledger.received_at from ledger),
                string_agg(noted.version_state, '/' order by noted.input_name)
            ),
            greatest(max(noted.changed_at), (select ledger.received_at from ledger)),
            0
        from noted
        where noted.input_name in ('gold/daily_aggregates', 'silver/dim_store')
        having p_input = 'scout.latest_business_day()'
    )

    select
        states.state,
        states.standing,
        states.changed_at,
        states.changed_rows
    from states;
end;
comment on function ops.input_state(text) is
'The state of one input: of a table the number of its last change, of a function its value. standing: what that rests '
'on, which never comes back to what it was, while a value may. It looks with the rights of its owner: who may refresh '
'a view need not be able to read what the view reads.';

create function ops.view_inputs(p_view text)
returns table (
    input_name text, state text, standing text, refreshed_state text, changed_at timestamptz, changed_rows bigint
)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        input.input_name,
        found.state,
        found.standing,
        status.input_states ->> input.input_name,
        found.changed_at,
        found.changed_rows
    from ops.mv_inputs as input
    cross join lateral ops.input_state(input.input_name) as found
    left join ops.mv_refresh_status as status on input.view_name = status.view_name
    where input.view_name = p_view;
end;
comment on function ops.view_inputs(text) is
'Each input of a materialized view: its state now, and its state on which the contents of the view stand. The view is '
'behind when they differ for any of them.';

create or replace function ops.should_refresh_views(p_minimum_rows bigint default 1)
returns table (view_name text, changed_rows bigint, stale_since timestamptz, should_refresh boolean)
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    with changed as (
        select
            view.view_name,
            bool_or(input.state is not null) as was_written,
            coalesce(sum(input.changed_rows), 0)::bigint as all_rows,
            count(*) filter (where input.state is distinct from input.refreshed_state) as changed_inputs,
            min(input.changed_at) filter (where input.state is distinct from input.refreshed_state) as changed_at
        from (select distinct known.view_name from ops.mv_inputs as known) as view
        cross join lateral ops.view_inputs(view.view_name) as input
        group by view.view_name
    )

    select
        changed.view_name,
        -- an input changes by deleted rows too, and by its value
        case
            when changed.changed_inputs > 0
                then greatest(changed.all_rows - coalesce(seen.seen_rows, 0), changed.changed_inputs)
            else 0
        end,
        case when changed.changed_inputs > 0 then least(noted.stale_since, changed.changed_at) end,
        changed.changed_inputs > 0 and (
            status.view_name is null
            or greatest(changed.all_rows - coalesce(seen.seen_rows, 0), changed.changed_inputs) >= p_minimum_rows
        )
    from changed
    left join ops.mv_refresh_status as status on changed.view_name = status.view_name
    left join ops.view_changes as seen on changed.view_name = seen.view_name
    left join ops.stale_views as noted on changed.view_name = noted.view_name
    where changed.was_written;
end;
comment on function ops.should_refresh_views(bigint) is
'Each materialized view with the rows that were written to its inputs since its last refresh, since when it is behind, '
'and whether that is worth a refresh. Rows are counted, not statements; an input that changed counts as one at least.';

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
    is_behind boolean;
    was_written boolean;
    before jsonb;
    states_refreshed jsonb;
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
    select
        jsonb_object_agg(input.input_name, jsonb_build_array(input.state, input.standing)),
        bool_or(input.state is distinct from input.refreshed_state),
        bool_or(input.state is not null)
    into before, is_behind, was_written
    from ops.view_inputs(full_name) as input;
    if was_written is not true or (is_filled and not is_behind) then
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
    -- the snapshot of the refresh lies between the two looks: what is the same at both was the same in it
    states_refreshed := (
        select jsonb_object_agg(
            input.input_name,
            case
                when before -> input.input_name = jsonb_build_array(input.state, input.standing) then input.state
                else 'changed during the refresh'
            end
        )
        from ops.view_inputs(full_name) as input
    );
    insert into ops.mv_refresh_status as known (
        view_name, input_states, refreshed_at, row_count, duration_ms, strategy, locked_ms, changed_pct
    )
    values (
        full_name, states_refreshed, clock_timestamp(), rows_now,
        round(extract(epoch from clock_timestamp() - started) * 1000), chosen, round(ms_locked, 1),
        case when chosen = 'concurrently' then round(100.0 * changed_count / greatest(rows_now, 1), 2) end
    )
    on conflict (view_name) do update
    set
        input_states = excluded.input_states,
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

-- its body names all columns when it is parsed here; as text it stands on those alone that it writes
create or replace function ops.note_failed_refresh(p_view text, p_error text) returns void
language sql
set search_path = pg_catalog, pg_temp
as $$
    insert into ops.mv_refresh_status (view_name, failed_at, last_error)
    values (p_view, clock_timestamp(), p_error)
    on conflict (view_name) do update
        set
            failed_at = excluded.failed_at,
            last_error = excluded.last_error;
$$;
-- The greatest number of all inputs says of none whether it changed since: each view is refreshed once more.
alter table ops.mv_refresh_status drop column input_version;

create function scout.latest_metrics_of_store(p_store_id integer)
returns table (
    metric_name text, metric_value numeric, metric_source text, date_key date, measured_at timestamptz
)
language sql stable parallel safe
begin atomic
    -- from name to name in the index, without the measurements between them
    with recursive names as (
        (
            select measured.metric_name
            from scout.silver_store_metrics as measured
            where measured.store_id = p_store_id
            order by measured.metric_name
            limit 1
        )
        union all
        select (
            select measured.metric_name
            from scout.silver_store_metrics as measured
            where measured.store_id = p_store_id and measured.metric_name > names.metric_name
            order by measured.metric_name
            limit 1
        )
        from names
        where names.metric_name is not null
    )

    select
        names.metric_name,
        latest.metric_value,
        latest.metric_source,
        latest.date_key,
        latest.measured_at
    from names
    cross join
        lateral (
            select
                measured.metric_value,
                measured.metric_source,
                measured.date_key,
                measured.measured_at
            from scout.silver_store_metrics as measured
            where measured.store_id = p_store_id and measured.metric_name = names.metric_name
            order by
                measured.date_key desc,
                scout.metric_priority(measured.metric_source) asc,
                measured.measured_at desc,
                measured.measurement_id asc
            limit 1
        ) as latest;
end;
comment on function scout.latest_metrics_of_store(integer) is
'Every metric of a store as silver has it now: the latest day, there the most trusted source, there the last '
'measurement. It reads the latest day of each metric alone.';

create view scout.v_live_latest_store_metrics as
select
    shown.store_id,
    shown.metric_name,
    shown.metric_value,
    shown.metric_source,
    shown.date_key,
    shown.measured_at,
    false as is_tail
from scout.gold_latest_store_metrics as shown
where
    not exists (
        select 1 from ops.dirty_buckets as mark
        where mark.layer = 'gold/latest_store_metrics' and mark.store_id = shown.store_id
    )
union all
select
    tail.store_id,
    found.metric_name,
    found.metric_value,
    found.metric_source,
    found.date_key,
    found.measured_at,
    true as is_tail
from (
    select distinct mark.store_id
    from ops.dirty_buckets as mark
    where mark.layer = 'gold/latest_store_metrics'
) as tail
cross join lateral scout.latest_metrics_of_store(tail.store_id) as found;
comment on view scout.v_live_latest_store_metrics is
'gold_latest_store_metrics, and from silver the metrics of the stores that it has not rebuilt yet: a committed '
'measurement shows at once. A mark says which store and day changed, not which metric, so all of its store are '
'computed. is_tail: computed at read time.';

create function scout.get_latest_store_metrics(p_store_code text)
returns table (
    metric_name text,
    metric_value numeric,
    metric_source text,
    date_key date,
    measured_at timestamptz,
    is_tail boolean
)
language sql stable parallel safe
begin atomic
    select
        latest.metric_name,
        latest.metric_value,
        latest.metric_source,
        latest.date_key,
        latest.measured_at,
        latest.is_tail
    from scout.v_live_latest_store_metrics as latest
    where
        -- one value, looked up first: a join with the stores would compute the tail of all of them
        latest.store_id = (
            select store.store_id
            from scout.dim_store as store
            where store.store_code = (select scout.known_value('store_code', p_store_code)) and store.is_current
        )
    order by latest.metric_name;
end;
comment on function scout.get_latest_store_metrics(text) is
'What each metric of a store says now, as of this instant; no row for a store without measurements. is_tail: computed '
'at read time.';
