-- 0043_floor_mending: a day of brands that gold has not rebuilt is hashed and not sorted; customers of archived months
-- are counted where they are known, and null with a reason where they are not.
-- names of parameters read as columns here
-- noqa: disable=RF01,RF02,RF03
create function scout.live_brand_figures(p_day date)
returns table (
    brand_name text,
    transaction_count bigint,
    units numeric,
    net_revenue numeric,
    unique_customers bigint,
    store_count bigint
)
language sql stable parallel safe rows 100
-- the planner takes the lines of a day for a few rows and would sort them once for each figure
set enable_sort = off
set work_mem = '32MB'
set search_path = pg_catalog, pg_temp
begin atomic
    with day_lines as materialized (
        select
            item.store_id,
            item.source_id,
            item.transaction_id,
            sale.customer_id,
            coalesce(item.brand_name, 'Unbranded') as brand_name,
            item.quantity,
            item.subtotal
        from scout.silver_transaction_items as item
        inner join scout.silver_transactions_cleaned as sale
            on
                item.store_id = sale.store_id
                and item.date_key = sale.date_key
                and item.source_id = sale.source_id
                and item.transaction_id = sale.transaction_id
        where item.date_key = p_day and sale.date_key = p_day and sale.deleted_at is null
    ),

    sums as (
        select
            day_line.brand_name,
            sum(day_line.quantity) as units,
            sum(day_line.subtotal) as net_revenue
        from day_lines as day_line
        group by day_line.brand_name
    ),

    sale_brands as (
        select distinct
            day_line.brand_name,
            day_line.store_id,
            day_line.source_id,
            day_line.transaction_id
        from day_lines as day_line
    ),

    store_brands as (
        select
            sold.brand_name,
            sold.store_id,
            count(*) as transaction_count
        from sale_brands as sold
        group by sold.brand_name, sold.store_id
    ),

    sales as (
        select
            sold.brand_name,
            sum(sold.transaction_count)::bigint as transaction_count,
            count(*) as store_count
        from store_brands as sold
        group by sold.brand_name
    ),

    brand_customers as (
        select distinct
            day_line.brand_name,
            day_line.customer_id
        from day_lines as day_line
        where day_line.customer_id is not null
    ),

    customers as (
        select
            bought.brand_name,
            count(*) as unique_customers
        from brand_customers as bought
        group by bought.brand_name
    )

    select
        sums.brand_name,
        sales.transaction_count,
        sums.units,
        sums.net_revenue,
        coalesce(customers.unique_customers, 0),
        sales.store_count
    from sums
    inner join sales on sums.brand_name = sales.brand_name
    left join customers on sums.brand_name = customers.brand_name;
end;
comment on function scout.live_brand_figures(date) is
'Figures of each brand on one business day, over all stores, from silver: what v_live_brand_day shows of a day that '
'gold has not rebuilt.';

create or replace view scout.v_live_brand_day as
with tail as (
    select distinct mark.date_key
    from ops.dirty_buckets as mark
    where mark.layer = 'gold/brand_performance'
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
    found.brand_name,
    tail.date_key,
    found.transaction_count,
    found.units,
    found.net_revenue,
    found.unique_customers,
    round(found.net_revenue / nullif(found.units, 0), 4) as avg_unit_price,
    found.store_count,
    true as is_tail
from tail
cross join lateral scout.live_brand_figures(tail.date_key) as found;

create function scout.count_customers(p_from date, p_to date) returns bigint
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
begin atomic
    select count(*)
    from (
        select sale.customer_id
        from scout.silver_transactions_cleaned as sale
        where
            sale.date_key >= p_from
            and sale.date_key < p_to
            and sale.deleted_at is null
            and sale.customer_id is not null
        union
        select frozen.customer_id
        from ops.archived_customers as frozen
        where frozen.month >= p_from and frozen.month < p_to
    ) as known;
end;
comment on function scout.count_customers(date, date) is
'Different customers of all stores in a range that holds its archived months whole: what silver has, and what was kept '
'of those months.';

-- another column, the last: a function that is replaced must return the same ones; both come back in this transaction
-- squawk-ignore ban-drop-function
drop function scout.get_dashboard_metrics(date, date, jsonb);
-- squawk-ignore ban-drop-function
drop function scout.get_store_stats(text, date, date);

create function scout.get_dashboard_metrics(p_from date, p_to date, p_filters jsonb default '{}')
returns table (
    net_revenue numeric,
    transaction_count bigint,
    avg_transaction_value numeric,
    units numeric,
    unique_customers bigint,
    active_stores bigint,
    unique_customers_reason text
)
language sql stable parallel safe
begin atomic
    with chosen as (
        select
            scout.filtered_stores(p_filters) as store_ids,
            jsonb_strip_nulls(coalesce(p_filters, '{}')) = '{}' as is_everywhere
    ),

    archive as (
        select
            max(frozen.month) as last_month,
            bool_and(frozen.month >= p_from and (frozen.month + interval '1 month')::date <= p_to) as is_whole
        from ops.archived_months as frozen
        where
            frozen.layer = 'silver'
            and frozen.month < p_to
            and (frozen.month + interval '1 month')::date > p_from
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
        case
            when archive.last_month is null then (select count(*) from customers)
            when chosen.is_everywhere and archive.is_whole then scout.count_customers(p_from, p_to)
        end,
        days.active_stores,
        case
            when archive.last_month is not null and not (chosen.is_everywhere and archive.is_whole)
                then
                    format(
                        'the sales of %s and before are archived: ask from %s on, or for all stores and whole months',
                        to_char(archive.last_month, 'YYYY-MM'), (archive.last_month + interval '1 month')::date
                    )
        end
    from days
    cross join archive
    cross join chosen
    where (select scout.checked_range(p_from, p_to));
end;
comment on function scout.get_dashboard_metrics(date, date, jsonb) is
'One row: figures of all business days from p_from up to but not including p_to. Where the range reaches into archived '
'months, customers are known for all stores and whole months alone; else unique_customers is null, and '
'unique_customers_reason says why.';

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
    active_days bigint,
    unique_customers_reason text
)
language sql stable parallel safe
begin atomic
    with archive as (
        select max(frozen.month) as last_month
        from ops.archived_months as frozen
        where
            frozen.layer = 'silver'
            and frozen.month < p_to
            and (frozen.month + interval '1 month')::date > p_from
    ),

    -- the period that is exactly the range, if there is one: gold keeps what it was
    asked as (
        select
            archive.last_month,
            case
                when p_to = p_from + 1 then 'day'
                when p_to = p_from + 7 and p_from = date_trunc('week', p_from) then 'week'
                when p_from = date_trunc('month', p_from) and p_to = p_from + interval '1 month' then 'month'
            end as period
        from archive
    )

    select
        store.store_code,
        store.store_name,
        store.region,
        days.net_revenue,
        days.transaction_count,
        round(days.net_revenue / nullif(days.transaction_count, 0), 4),
        days.units,
        case
            when asked.last_month is null
                then (
                    select count(distinct sale.customer_id)
                    from scout.silver_transactions_cleaned as sale
                    where
                        sale.store_id = store.store_id
                        and sale.date_key >= p_from
                        and sale.date_key < p_to
                        and sale.deleted_at is null
                        and sale.customer_id is not null
                )
            when asked.period is not null then coalesce(
                (
                    select known.unique_customers
                    from scout.gold_store_periods as known
                    where
                        known.store_id = store.store_id
                        and known.period = asked.period
                        and known.period_start = p_from
                ),
                0
            )
        end,
        days.active_days,
        case
            when asked.last_month is not null and asked.period is null
                then
                    format(
                        'the sales of %s and before are archived: ask from %s on, or for one day, one week from a '
                        'Monday, or one month', to_char(asked.last_month, 'YYYY-MM'),
                        (asked.last_month + interval '1 month')::date
                    )
        end
    from scout.dim_store as store
    cross join asked
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
'One row for a store that is described, none for one that only occurs in sales. Any other code is an error. Where '
'the range reaches into archived months, customers are known for one day, week or month; else unique_customers is '
'null, and unique_customers_reason says why.';
