-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03

create or replace function scout.get_store_stats(p_store_code text, p_from date, p_to date)
returns table (
    store_code text,
    store_name text,
    region text,
    net_revenue numeric,
    transaction_count bigint,
    avg_transaction_value numeric,
    units numeric,
    unique_customers bigint,
    active_days bigint
)
language sql stable parallel safe
begin atomic
    select
        store.store_code,
        store.store_name,
        store.region,
        days.net_revenue,
        days.transaction_count,
        round(days.net_revenue / nullif(days.transaction_count, 0), 4),
        days.units,
        (
            select count(distinct sale.customer_id)
            from scout.silver_transactions_cleaned as sale
            where
                sale.store_id = store.store_id
                and sale.date_key >= p_from
                and sale.date_key < p_to
                and sale.deleted_at is null
        ),
        days.active_days
    from scout.dim_store as store
    cross join
        lateral (
            select
                coalesce(sum(day.net_revenue), 0) as net_revenue,
                coalesce(sum(day.transaction_count), 0)::bigint as transaction_count,
                coalesce(sum(day.units), 0) as units,
                count(*) as active_days
            from scout.v_live_store_day as day
            where day.store_id = store.store_id and day.date_key >= p_from and day.date_key < p_to
        ) as days
    where store.store_code = upper(p_store_code) and store.is_current;
end;

create or replace function scout.get_dashboard_metrics(p_from date, p_to date, p_filters jsonb default '{}')
returns table (
    net_revenue numeric,
    transaction_count bigint,
    avg_transaction_value numeric,
    units numeric,
    unique_customers bigint,
    active_stores bigint
)
language sql stable parallel safe
begin atomic
    with chosen as (
        select scout.filtered_stores(p_filters) as store_ids
    ),

    days as (
        select
            coalesce(sum(day.net_revenue), 0) as net_revenue,
            coalesce(sum(day.transaction_count), 0)::bigint as transaction_count,
            coalesce(sum(day.units), 0) as units,
            count(distinct day.store_id) as active_stores
        from scout.v_live_store_day as day
        where
            day.store_id = any((select chosen.store_ids from chosen)::integer[])
            and day.date_key >= p_from
            and day.date_key < p_to
    ),

    customers as (
        select count(distinct sale.customer_id) as unique_customers
        from scout.silver_transactions_cleaned as sale
        where
            sale.store_id = any((select chosen.store_ids from chosen)::integer[])
            and sale.date_key >= p_from
            and sale.date_key < p_to
            and sale.deleted_at is null
    )

    select
        days.net_revenue,
        days.transaction_count,
        round(days.net_revenue / nullif(days.transaction_count, 0), 4),
        days.units,
        customers.unique_customers,
        days.active_stores
    from days
    cross join customers;
end;

drop index scout.idx_dashboard_kpis;
create index idx_dashboard_kpis
on scout.silver_transactions_cleaned (store_id, sold_at desc) include (peso_value, customer_id);

drop table ops.performance_baselines;
