-- 0043_floor_mending, undone.
-- names of parameters read as columns here
-- noqa: disable=RF01,RF02,RF03
drop function scout.get_dashboard_metrics(date, date, jsonb);
drop function scout.get_store_stats(text, date, date);
drop function scout.count_customers(date, date);

create function scout.get_dashboard_metrics(p_from date, p_to date, p_filters jsonb default '{}')
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
        -- distinct in a query of its own is hashed, count(distinct) would be sorted
        select distinct sale.customer_id
        from scout.silver_transactions_cleaned as sale
        where
            sale.store_id = any((select chosen.store_ids from chosen)::integer[])
            and sale.date_key >= p_from
            and sale.date_key < p_to
            and sale.deleted_at is null
            and sale.customer_id is not null
    )

    select
        days.net_revenue,
        days.transaction_count,
        round(days.net_revenue / nullif(days.transaction_count, 0), 4),
        days.units,
        (select count(*) from customers),
        days.active_stores
    from days
    where (select scout.checked_range(p_from, p_to));
end;
comment on function scout.get_dashboard_metrics(date, date, jsonb) is
'One row: figures of all business days from p_from up to but not including p_to.';

create function scout.get_store_stats(p_store_code text, p_from date, p_to date)
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
                and sale.customer_id is not null
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
    where
        store.store_code = (select scout.known_value('store_code', p_store_code))
        and store.is_current
        and (select scout.checked_range(p_from, p_to));
end;
comment on function scout.get_store_stats(text, date, date) is
'One row for a store that is described, none for one that only occurs in sales. Any other code '
'is an error.';

create or replace view scout.v_live_brand_day as
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

drop function scout.live_brand_figures(date);
