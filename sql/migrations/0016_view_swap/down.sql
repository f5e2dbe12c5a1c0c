-- 0016_view_swap, undone.

create or replace view scout.v_live_store_day as
with tail as (
    select
        mark.store_id,
        mark.date_key
    from ops.dirty_buckets as mark
    where mark.layer = 'gold/daily_aggregates'
)

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
        select 1 from tail
        where tail.store_id = figure.store_id and tail.date_key = figure.date_key
    )
union all
select
    sale.store_id,
    sale.date_key,
    count(*) as transaction_count,
    sum(sale.line_count)::bigint as line_count,
    sum(sale.units) as units,
    sum(sale.peso_value) as net_revenue,
    count(distinct sale.customer_id) as unique_customers,
    round(sum(sale.peso_value) / count(*), 4) as avg_transaction_value,
    true as is_tail
from tail
inner join scout.silver_transactions_cleaned as sale
    on tail.store_id = sale.store_id and tail.date_key = sale.date_key
where sale.deleted_at is null
group by sale.store_id, sale.date_key;

create or replace view scout.v_live_dashboard_kpis as
with tail as (
    select
        mark.store_id,
        mark.date_key
    from ops.dirty_buckets as mark
    where mark.layer = 'gold/hourly_kpis'
)

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
        select 1 from tail
        where tail.store_id = figure.store_id and tail.date_key = figure.date_key
    )
union all
select
    sale.store_id,
    sale.date_key,
    sale.sold_hour,
    count(*) as transaction_count,
    sum(sale.units) as units,
    sum(sale.peso_value) as net_revenue,
    count(distinct sale.customer_id) as unique_customers,
    round(sum(sale.peso_value) / count(*), 4) as avg_transaction_value,
    true as is_tail
from tail
inner join scout.silver_transactions_cleaned as sale
    on tail.store_id = sale.store_id and tail.date_key = sale.date_key
where sale.deleted_at is null
group by sale.store_id, sale.date_key, sale.sold_hour;

create or replace function ops.refresh_materialized_view(p_view regclass) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    full_name constant text := (
        select n.nspname || '.' || c.relname
        from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
        where c.oid = p_view and c.relkind = 'm'
    );
    is_filled constant boolean := (select c.relispopulated from pg_class as c where c.oid = p_view);
    started constant timestamptz := clock_timestamp();
    newest xid8;
    rows_now bigint;
begin
    if full_name is null then
        raise exception '% is no materialized view', p_view using errcode = 'wrong_object_type';
    end if;
    -- who comes second waits, and finds less to do: it must not miss what changed since the first one began
    perform pg_advisory_xact_lock(hashtextextended('scout refresh ' || full_name, 0));
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
    execute format('refresh materialized view %s %s', case when is_filled then 'concurrently' else '' end, p_view);
    execute format('select count(*) from %s', p_view) into rows_now;
    insert into ops.mv_refresh_status (view_name, input_version, refreshed_at, row_count, duration_ms)
    values (
        full_name, newest, clock_timestamp(), rows_now,
        round(extract(epoch from clock_timestamp() - started) * 1000)
    )
    on conflict (view_name) do update
    set
        input_version = excluded.input_version,
        refreshed_at = excluded.refreshed_at,
        row_count = excluded.row_count,
        duration_ms = excluded.duration_ms;
    return true;
end
$$;
comment on function ops.refresh_materialized_view(regclass) is
'Refreshes one view beside its readers when an input of it changed, and notes it in ops.mv_refresh_status; false when '
'nothing changed. Two sessions take turns. The first fill is not concurrent: PostgreSQL refuses that.';

drop function ops.refresh_materialized_view(text, text);
drop function ops.refresh_strategy(text);
drop function ops.swap_materialized_view(regclass);
drop function ops.run_exchange(text[], text);
drop function ops.view_exchange_statements(regclass);
drop function ops.view_grant_statements(regclass);
drop function ops.view_copy_statements(regclass);
drop function ops.options_clause(text[]);
drop function ops.swap_obstacles(regclass);
alter table ops.mv_refresh_status
drop column strategy, drop column locked_ms, drop column changed_pct, drop column swaps_since_measured;
drop schema scout_next;
