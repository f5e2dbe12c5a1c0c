-- 0016_view_swap: a materialized view whose contents changed as a whole is built beside the old one and swapped in;
-- the live views look only at the marks of the days that are asked for.
-- Why this way and no other: docs/decisions/0019-a-materialized-view-is-swapped-by-name.md.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03

create schema scout_next;
comment on schema scout_next is
'Where a swap builds the new copy of a materialized view, in one transaction; nobody else ever sees anything in it.';

alter table ops.mv_refresh_status
add column strategy text check (strategy in ('plain', 'concurrently', 'swap')),
add column locked_ms numeric,
add column changed_pct numeric,
add column swaps_since_measured integer not null default 0;
comment on column ops.mv_refresh_status.strategy is 'What the last refresh really did.';
comment on column ops.mv_refresh_status.locked_ms is
'How long the last swap kept readers out, from its first lock to the end of the statement.';
comment on column ops.mv_refresh_status.changed_pct is
'Share of the rows that the last refresh beside its readers changed: the only kind that compares old and new.';
comment on column ops.mv_refresh_status.swaps_since_measured is
'Swaps since changed_pct was measured; after ten of them auto measures again.';

create function ops.swap_obstacles(p_view regclass) returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    with me as (
        select
            rolname,
            rolsuper
        from pg_roles
        where rolname = current_user
    ),

    swapped as (
        select
            relation.*,
            row_type.typarray
        from pg_class as relation
        inner join pg_type as row_type on relation.reltype = row_type.oid
        where relation.oid = p_view
    ),

    dependants as (
        select distinct
            link.classid,
            link.objid,
            link.objsubid,
            reading.oid as view_oid,
            reading.relowner as view_owner,
            reading.relpersistence = 't' as is_temporary
        from swapped
        inner join pg_depend as link
            on
                (link.refclassid = 'pg_class'::regclass and swapped.oid = link.refobjid)
                or (
                    link.refclassid = 'pg_type'::regclass
                    and link.refobjid in (swapped.reltype, swapped.typarray)
                )
        left join pg_rewrite as rule
            on link.classid = 'pg_rewrite'::regclass and link.objid = rule.oid and rule.rulename = '_RETURN'
        left join pg_class as reading on rule.ev_class = reading.oid and reading.relkind = 'v'
        left join pg_class as part on link.classid = 'pg_class'::regclass and link.objid = part.oid
        where link.deptype <> 'i' and part.relkind is distinct from 'i' and rule.ev_class is distinct from swapped.oid
    )

    select format('%s is built on it', pg_describe_object(classid, objid, objsubid))
    from dependants
    where view_oid is null
    union all
    select format('the temporary view %s of a session reads it', view_oid::regclass)
    from dependants
    where is_temporary
    union all
    select format('%s belongs to %s', view_oid::regclass, pg_get_userbyid(view_owner))
    from dependants
    where view_oid is not null and not pg_has_role(view_owner, 'usage')
    union all
    select format('it belongs to %s', pg_get_userbyid(swapped.relowner))
    from swapped cross join me
    where not me.rolsuper and pg_get_userbyid(swapped.relowner) <> me.rolname
    union all
    select distinct format('%s granted rights on it', pg_get_userbyid(granted.grantor))
    from swapped cross join me
    cross join lateral aclexplode(swapped.relacl) as granted
    where granted.grantor <> swapped.relowner and not me.rolsuper
    union all
    select format('role %s may not create anything in schema scout_next', me.rolname)
    from me
    where not has_schema_privilege('scout_next', 'create')
    union all
    select 'it belongs to an extension, or depends on one'
    from pg_depend as link
    where link.classid = 'pg_class'::regclass and link.objid = p_view and link.deptype in ('e', 'x')
    union all
    select 'it has a security label'
    from pg_seclabel as label
    where label.classoid = 'pg_class'::regclass and label.objoid = p_view;
end;
comment on function ops.swap_obstacles(regclass) is
'Why a materialized view cannot be swapped, one line a reason: what knows it by more than its name and is no view, or '
'what this role may not copy. No row: it can be swapped.';

create function ops.options_clause(p_options text[]) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        'with (' || string_agg(
            format('%s = %L', split_part(option, '=', 1), substr(option, strpos(option, '=') + 1)), ', '
            order by option
        ) || ')'
    from unnest(p_options) as option;
end;
comment on function ops.options_clause(text[]) is
'WITH (...) for the options of a relation as the catalogue keeps them; null when there are none.';

create function ops.view_copy_statements(p_view regclass) returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    home constant text := (select relnamespace::regnamespace::text from pg_class where oid = p_view);
    copy constant text := (select format('scout_next.%I', relname) from pg_class where oid = p_view);
begin
    -- definitions leave out the schema that is searched first: where they are run, that is scout_next
    perform set_config('search_path', home || ', pg_temp', true);
    return query
    select concat_ws(
        ' ', 'create materialized view', copy, 'using ' || quote_ident(method.amname),
        ops.options_clause(relation.reloptions || array(select 'toast.' || o from unnest(toast.reloptions) as o)),
        'tablespace ' || quote_ident(space.spcname),
        'as', rtrim(pg_get_viewdef(p_view), ';'), 'with no data'
    )
    from pg_class as relation
    join pg_am as method on method.oid = relation.relam
    left join pg_tablespace as space on space.oid = relation.reltablespace
    left join pg_class as toast on toast.oid = relation.reltoastrelid
    where relation.oid = p_view;

    return query
    select format('alter materialized view %s owner to %I', copy, pg_get_userbyid(relation.relowner))
    from pg_class as relation
    where relation.oid = p_view and pg_get_userbyid(relation.relowner) <> current_user;

    return query
    select format('alter materialized view %s alter column %I set %s', copy, attribute.attname, changed.setting)
    from pg_attribute as attribute
    join pg_type as own_type on own_type.oid = attribute.atttypid
    cross join lateral (values
        ('statistics ' || nullif(attribute.attstattarget, -1)),
        ('compression ' || case attribute.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end),
        ('storage ' || case when attribute.attstorage <> own_type.typstorage then
            case attribute.attstorage
                when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended'
            end
        end),
        ('(' || array_to_string(attribute.attoptions, ', ') || ')')
    ) as changed (setting)
    where attribute.attrelid = p_view and attribute.attnum > 0 and changed.setting is not null;

    return query
    select made.statement
    from pg_index
    join pg_class as relation on relation.oid = pg_index.indexrelid
    left join pg_tablespace as space on space.oid = relation.reltablespace
    cross join lateral (
        select 1 as step, pg_get_indexdef(relation.oid, 0, true) as statement
        union all
        select 2, format('alter index scout_next.%I set tablespace %I', relation.relname, space.spcname)
        where space.spcname is not null
        union all
        select 3, format('alter materialized view %s cluster on %I', copy, relation.relname)
        where pg_index.indisclustered
        union all
        select 4, format(
            'alter index scout_next.%I alter column %s set statistics %s',
            relation.relname, part.attnum, part.attstattarget
        )
        from pg_attribute as part
        where part.attrelid = relation.oid and part.attstattarget >= 0
        union all
        select 5, format('comment on index scout_next.%I is %L', relation.relname, note.description)
        from pg_description as note
        where note.classoid = 'pg_class'::regclass and note.objoid = relation.oid
    ) as made
    where pg_index.indrelid = p_view
    order by relation.relname, made.step;

    return query
    select case note.objsubid
        when 0 then format('comment on materialized view %s is %L', copy, note.description)
        else format('comment on column %s.%I is %L', copy, attribute.attname, note.description)
    end
    from pg_description as note
    left join pg_attribute as attribute on attribute.attrelid = note.objoid and attribute.attnum = note.objsubid
    where note.classoid = 'pg_class'::regclass and note.objoid = p_view;
end
$$;
comment on function ops.view_copy_statements(regclass) is
'The statements that make an empty copy of a materialized view in schema scout_next: definition, options, owner, '
'column settings, indexes and comments. They run with scout_next first in the search path.';

create function ops.view_grant_statements(p_view regclass) returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    with place as (
        select
            relation.*,
            format('%s.%I', relation.relnamespace::regnamespace, relation.relname) as full_name
        from pg_class as relation
        where relation.oid = p_view
    ),

    lists as (
        select
            0 as position,
            null as column_list,
            relacl as acl
        from place
        union all
        select
            attnum,
            format(' (%I)', attname),
            attacl
        from pg_attribute
        where attrelid = p_view and attnum > 0
    ),

    revoked as (
        -- what default privileges gave to the copy, and the owner's own rights when the view spells them out
        select quote_ident(pg_get_userbyid(place.relowner)) as grantee
        from place
        where place.relacl is not null
        union
        select case when given.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end
        from pg_default_acl as defaults
        cross join lateral aclexplode(defaults.defaclacl) as given
        cross join place
        where
            defaults.defaclobjtype = 'r' and defaults.defaclnamespace = 0
            and defaults.defaclrole = current_user::regrole and given.grantee <> place.relowner
    ),

    granted as (
        select
            lists.position,
            given.ordinality,
            case when given.grantor <> place.relowner then pg_get_userbyid(given.grantor) end as another_grantor,
            concat(
                'grant ', given.privilege_type, lists.column_list, ' on ', place.full_name, ' to ',
                case when given.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end,
                case when given.is_grantable then ' with grant option' end
            ) as statement
        from lists
        cross join place
        cross join lateral aclexplode(lists.acl) with ordinality as given
    ),

    steps as (
        select
            -1 as position,
            0 as ordinality,
            0 as step,
            format('revoke all on %s from %s', place.full_name, revoked.grantee) as statement
        from revoked cross join place
        union all
        select
            position,
            ordinality,
            1,
            format('set local role %I', another_grantor)
        from granted
        where another_grantor is not null
        union all
        select
            position,
            ordinality,
            2,
            statement
        from granted
        union all
        select
            position,
            ordinality,
            3,
            format('select set_config(''role'', %L, true)', current_setting('role'))
        from granted
        where another_grantor is not null
    )

    select statement
    from steps
    order by position, ordinality, step;
end;
comment on function ops.view_grant_statements(regclass) is
'The statements that give the copy, once it stands in the place of the view, exactly its rights, column rights and '
'grant options, by the same grantors and in the same order. A view without rights of its own stays so.';

create function ops.view_exchange_statements(p_view regclass) returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    home constant text := (select relnamespace::regnamespace::text from pg_class where oid = p_view);
    name_only constant text := (select quote_ident(relname) from pg_class where oid = p_view);
    readers constant oid[] := array(
        select distinct rule.ev_class
        from pg_depend as link
        join pg_rewrite as rule on rule.oid = link.objid
        where
            link.classid = 'pg_rewrite'::regclass and link.refclassid = 'pg_class'::regclass
            and link.refobjid = p_view and rule.ev_class <> p_view
        order by rule.ev_class
    );
begin
    perform set_config('search_path', home || ', pg_temp', true);
    -- readers lock a view before what it reads, and so do these statements: nobody waits in a circle
    return query
    select concat_ws(
        ' ', 'create or replace view', format('%s.%I', relation.relnamespace::regnamespace, relation.relname),
        ops.options_clause(relation.reloptions), 'as', pg_get_viewdef(reader)
    )
    from unnest(readers) as reader join pg_class as relation on relation.oid = reader;

    -- no cascade: what was not pointed to the copy refuses this, and the swap is undone as a whole
    return next format('drop materialized view %s.%s', home, name_only);
    return next format('alter materialized view scout_next.%s set schema %s', name_only, home);
    return query select ops.view_grant_statements(p_view);
end
$$;
comment on function ops.view_exchange_statements(regclass) is
'The statements that put the copy in the place of the view: point the views that read it to the copy, drop the old '
'one, move the copy in, give it its rights. Views on those views notice nothing.';

create function ops.run_exchange(p_statements text[], p_home text) returns numeric
language plpgsql
set search_path = pg_catalog, pg_temp
set lock_timeout = '100ms'
as $$
declare
    statement text;
    started timestamptz;
begin
    perform set_config('search_path', format('scout_next, %s, pg_temp', p_home), true);
    for attempt in 1 .. 10 loop
        begin
            started := clock_timestamp();
            foreach statement in array p_statements loop
                execute statement;
            end loop;
            return extract(epoch from clock_timestamp() - started) * 1000;
        exception when lock_not_available then
            -- what was locked is free again: whoever queued behind this goes first
            perform pg_sleep(random() * 0.1 * attempt);
        end;
    end loop;
    return null;
end
$$;
comment on function ops.run_exchange(text[], text) is
'Runs the exchange; milliseconds that it took. A lock that is not there within a tenth of a second is given up and '
'asked for again, so that nobody queues behind a long reader for longer; null after ten times, about four seconds.';

create function ops.swap_materialized_view(p_view regclass, out row_count bigint, out locked_ms numeric)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    home constant text := (select relnamespace::regnamespace::text from pg_class where oid = p_view);
    copy constant text := (select format('scout_next.%I', relname) from pg_class where oid = p_view);
    obstacles constant text := (select string_agg(reason, '; ') from ops.swap_obstacles(p_view) as reason);
    shape constant text[] := array(select ops.view_copy_statements(p_view));
    exchange constant text[] := array(select ops.view_exchange_statements(p_view));
    statement text;
begin
    if obstacles is not null then
        raise exception '% cannot be swapped: %', p_view, obstacles
            using errcode = 'object_not_in_prerequisite_state', hint = 'Refresh it with the strategy concurrently.';
    end if;
    perform set_config('search_path', format('scout_next, %s, pg_temp', home), true);
    foreach statement in array shape loop
        execute statement;
    end loop;
    -- filled by a refresh, not while it is made: its rows are then visible to older snapshots too
    execute format('refresh materialized view %s', copy);
    execute format('analyze %s', copy);
    execute format('select count(*) from %s', copy) into row_count;
    locked_ms := ops.run_exchange(exchange, home);
    if locked_ms is null then
        execute format('drop materialized view %s', copy);
    end if;
end
$$;
comment on function ops.swap_materialized_view(regclass) is
'Builds the view again beside itself and exchanges the two: rows, and milliseconds for which readers were kept out, '
'null when they never left it free. Those milliseconds last until the caller commits.';

create function ops.refresh_strategy(p_view text) returns text
language sql stable
set search_path = pg_catalog, pg_temp
begin atomic
    select
        case
            when
                status.changed_pct >= 20 and status.row_count >= 50000 and status.swaps_since_measured < 10
                and not exists (select 1 from ops.swap_obstacles(p_view::regclass))
                then 'swap'
            else 'concurrently'
        end
    from (select p_view as view_name) as asked
    left join ops.mv_refresh_status as status on asked.view_name = status.view_name;
end;
comment on function ops.refresh_strategy(text) is
'What auto does: swap a large view of which the last measured refresh changed a large share. Both limits are measured '
'(docs/decisions/0019).';

create function ops.refresh_materialized_view(p_view text, p_strategy text) returns boolean
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
comment on function ops.refresh_materialized_view(text, text) is
'Refreshes one view when an input of it changed, and notes it in ops.mv_refresh_status; false when nothing changed. '
'Strategy: concurrently (beside its readers, for few changed rows), swap (a new copy takes its place), plain (readers '
'wait), auto. Two sessions take turns. The first fill is plain: PostgreSQL refuses the others.';

create or replace function ops.refresh_materialized_view(p_view regclass) returns boolean
language sql
set search_path = pg_catalog, pg_temp
begin atomic
    select ops.refresh_materialized_view(p_view::text, 'auto');
end;
comment on function ops.refresh_materialized_view(regclass) is
'Refreshes one view when an input of it changed, by the strategy auto.';

-- Silver is looked up mark by mark, for those marks only that are asked for: a month without marks reads nothing of it.
create or replace view scout.v_live_store_day as
select
    figure.store_id,
    figure.date_key,
    figure.transaction_count,
    figure.line_count,
    figure.units,
    figure.net_revenue,
    figure.unique_customers,
    figure.avg_transaction_value,
    false as is_tail
from scout.gold_daily_aggregates as figure
where
    not exists (
        select 1 from ops.dirty_buckets as mark
        where
            mark.layer = 'gold/daily_aggregates'
            and mark.store_id = figure.store_id
            and mark.date_key = figure.date_key
    )
union all
select
    mark.store_id,
    mark.date_key,
    found.transaction_count,
    found.line_count,
    found.units,
    found.net_revenue,
    found.unique_customers,
    found.avg_transaction_value,
    true as is_tail
from ops.dirty_buckets as mark
cross join
    lateral (
        select
            count(*) as transaction_count,
            sum(sale.line_count)::bigint as line_count,
            sum(sale.units) as units,
            sum(sale.peso_value) as net_revenue,
            count(distinct sale.customer_id) as unique_customers,
            round(sum(sale.peso_value) / count(*), 4) as avg_transaction_value
        from scout.silver_transactions_cleaned as sale
        where
            sale.store_id = mark.store_id
            and sale.date_key = mark.date_key
            and sale.deleted_at is null
        group by sale.store_id, sale.date_key
    ) as found
where mark.layer = 'gold/daily_aggregates';

create or replace view scout.v_live_dashboard_kpis as
select
    figure.store_id,
    figure.date_key,
    figure.sold_hour,
    figure.transaction_count,
    figure.units,
    figure.net_revenue,
    figure.unique_customers,
    figure.avg_transaction_value,
    false as is_tail
from scout.gold_hourly_kpis as figure
where
    not exists (
        select 1 from ops.dirty_buckets as mark
        where
            mark.layer = 'gold/hourly_kpis'
            and mark.store_id = figure.store_id
            and mark.date_key = figure.date_key
    )
union all
select
    mark.store_id,
    mark.date_key,
    found.sold_hour,
    found.transaction_count,
    found.units,
    found.net_revenue,
    found.unique_customers,
    found.avg_transaction_value,
    true as is_tail
from ops.dirty_buckets as mark
cross join
    lateral (
        select
            sale.sold_hour,
            count(*) as transaction_count,
            sum(sale.units) as units,
            sum(sale.peso_value) as net_revenue,
            count(distinct sale.customer_id) as unique_customers,
            round(sum(sale.peso_value) / count(*), 4) as avg_transaction_value
        from scout.silver_transactions_cleaned as sale
        where
            sale.store_id = mark.store_id
            and sale.date_key = mark.date_key
            and sale.deleted_at is null
        group by sale.store_id, sale.date_key, sale.sold_hour
    ) as found
where mark.layer = 'gold/hourly_kpis';
