-- Serving: materialized views of the documents, refreshed one by one when their input changed, and live views.
-- The views are new: nobody waits for their indexes.
-- squawk-ignore-file require-concurrent-index-creation

create table ops.mv_inputs (
    view_name text not null,
    input_name text not null,
    primary key (view_name, input_name)
);
comment on table ops.mv_inputs is 'The gold tables on which each materialized view stands.';
insert into ops.mv_inputs (view_name, input_name) values
('scout.mv_customer_segments', 'gold/customer_insights'),
('scout.mv_dashboard_kpis', 'gold/hourly_kpis'),
('scout.mv_brand_performance', 'gold/brand_performance'),
('scout.mv_store_daily_metrics', 'gold/daily_aggregates');

create materialized view scout.mv_dashboard_kpis as
select
    store_id,
    date_key,
    sold_hour,
    date_key + make_interval(hours => sold_hour) as hour_at_store,
    transaction_count,
    units,
    net_revenue,
    unique_customers,
    avg_transaction_value
from scout.gold_hourly_kpis
where date_key > (select max(latest.date_key) from scout.gold_hourly_kpis as latest) - 30;
comment on materialized view scout.mv_dashboard_kpis is
'One row per store and hour of the last 30 business days that have sales. The whole history is in gold_hourly_kpis.';
create unique index mv_dashboard_kpis_grain on scout.mv_dashboard_kpis (store_id, date_key, sold_hour);

create materialized view scout.mv_brand_performance as
with recent as (
    select figure.*
    from scout.gold_brand_performance as figure
    where figure.date_key > (select max(latest.date_key) from scout.gold_brand_performance as latest) - 90
),

ranked as (
    select
        recent.*,
        row_number() over (
            partition by recent.date_key
            order by recent.net_revenue desc, recent.brand_name asc
        ) as revenue_rank
    from recent
    where recent.brand_name <> 'Unbranded'
)

select
    brand_name,
    date_key,
    transaction_count,
    unique_customers,
    units,
    net_revenue,
    avg_unit_price,
    store_count,
    revenue_rank,
    case when revenue_rank <= 5 then 'Top 5' when revenue_rank <= 10 then 'Top 10' else 'Other' end as tier
from ranked;
comment on materialized view scout.mv_brand_performance is
'One row per brand and day of the last 90 business days, with its rank by net revenue; lines without a brand are left '
'out.';
create unique index mv_brand_performance_grain on scout.mv_brand_performance (brand_name, date_key);
create index mv_brand_performance_by_day on scout.mv_brand_performance (date_key, revenue_rank);

create materialized view scout.mv_store_daily_metrics as
select
    store_id,
    date_key,
    transaction_count,
    net_revenue as total_revenue,
    avg_transaction_value as avg_transaction,
    unique_customers
from scout.gold_daily_aggregates;
comment on materialized view scout.mv_store_daily_metrics is
'One row per store and business day, under the names of the documents; the figures are those of gold_daily_aggregates.';
create unique index mv_store_daily_metrics_grain on scout.mv_store_daily_metrics (store_id, date_key);
create index idx_mv_store_metrics_date on scout.mv_store_daily_metrics (date_key);

create function ops.refresh_materialized_view(p_view regclass) returns boolean
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

create procedure scout.refresh_materialized_views()
language plpgsql
as $$
declare
    view_name text;
begin
    for view_name in select distinct input.view_name from ops.mv_inputs as input order by 1 loop
        perform ops.refresh_materialized_view(view_name::regclass);
        -- one transaction a view: a failing one takes no other with it, and no lock is held to the end
        commit;
    end loop;
end
$$;
comment on procedure scout.refresh_materialized_views () is
'CALL outside a transaction: refreshes every materialized view whose input changed, each in its own transaction.';

create procedure scout.refresh_dashboard_views()
language plpgsql
as $$
declare
    view_name text;
begin
    foreach view_name in array
    array['scout.mv_dashboard_kpis', 'scout.mv_brand_performance', 'scout.mv_customer_segments'] loop
        perform ops.refresh_materialized_view(view_name::regclass);
        commit;
    end loop;
end
$$;
comment on procedure scout.refresh_dashboard_views () is
'CALL outside a transaction: refreshes the views of the dashboard whose input changed, each in its own transaction.';

create view scout.v_live_store_day as
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
comment on view scout.v_live_store_day is
'gold_daily_aggregates, and from silver what it has not rebuilt yet: a committed sale shows at once, whatever the '
'interval of the refresh. is_tail: computed at read time.';

create view scout.v_live_dashboard_kpis as
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
comment on view scout.v_live_dashboard_kpis is
'gold_hourly_kpis, and from silver what it has not rebuilt yet.';

create view scout.v_live_brand_day as
with tail as (
    select distinct mark.date_key
    from ops.dirty_buckets as mark
    where mark.layer = 'gold/brand_performance'
),

tail_sales as (
    select found.*
    from tail
    cross join
        lateral (
            select
                item.store_id,
                item.date_key,
                sale.customer_id,
                coalesce(item.brand_name, 'Unbranded') as brand_name,
                sum(item.quantity) as units,
                sum(item.subtotal) as net_revenue
            from scout.silver_transaction_items as item
            inner join scout.silver_transactions_cleaned as sale
                on
                    item.store_id = sale.store_id
                    and item.date_key = sale.date_key
                    and item.source_id = sale.source_id
                    and item.transaction_id = sale.transaction_id
            where item.date_key = tail.date_key and sale.date_key = tail.date_key and sale.deleted_at is null
            -- a row is one sale with the brand
            group by
                item.store_id, item.date_key, item.source_id, item.transaction_id, sale.customer_id,
                coalesce(item.brand_name, 'Unbranded')
            -- a fence: looked up day by day, whatever else the reader asks for
            offset 0
        ) as found
)

select
    figure.brand_name,
    figure.date_key,
    figure.transaction_count,
    figure.units,
    figure.net_revenue,
    figure.unique_customers,
    figure.avg_unit_price,
    figure.store_count,
    false as is_tail
from scout.gold_brand_performance as figure
where
    not exists (
        select 1 from tail
        where tail.date_key = figure.date_key
    )
union all
select
    brand_name,
    date_key,
    count(*) as transaction_count,
    sum(units) as units,
    sum(net_revenue) as net_revenue,
    count(distinct customer_id) as unique_customers,
    round(sum(net_revenue) / nullif(sum(units), 0), 4) as avg_unit_price,
    count(distinct store_id) as store_count,
    true as is_tail
from tail_sales
group by brand_name, date_key;
comment on view scout.v_live_brand_day is
'gold_brand_performance, and from silver the days that it has not rebuilt yet.';
