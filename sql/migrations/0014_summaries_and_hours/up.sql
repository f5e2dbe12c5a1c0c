-- Hours of regions, brands and categories, products and activity of the stores, products of all time; and what people
-- call to read them.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03
-- The view is new: nobody waits for its index.
-- squawk-ignore-file require-concurrent-index-creation

create table scout.gold_region_hours (
    region text not null,
    date_key date not null,
    sold_hour smallint not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_transaction_value numeric not null,
    refreshed_at timestamptz not null default now(),
    primary key (region, date_key, sold_hour)
);
comment on table scout.gold_region_hours is
'One row per region, business day and hour of the day with sales, over all stores. Transactions without a region stand '
'under "Unspecified".';
comment on column scout.gold_region_hours.sold_hour is
'0 to 23, at the store. It is no instant: stores of several time zones have the same hour one after the other.';
comment on column scout.gold_region_hours.unique_customers is
'Customers known by a pseudonym, counted in this hour over all stores; they do not add up over hours.';
create index gold_region_hours_by_day on scout.gold_region_hours (date_key, sold_hour);

create table scout.gold_brand_hours (
    brand_name text not null,
    date_key date not null,
    sold_hour smallint not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    avg_unit_price numeric,
    store_count bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (brand_name, date_key, sold_hour)
);
comment on table scout.gold_brand_hours is
'One row per brand, business day and hour of the day with sales, over all stores; days stand in '
'gold_brand_performance. Lines without a brand stand under "Unbranded".';
comment on column scout.gold_brand_hours.sold_hour is
'0 to 23, at the store. It is no instant: stores of several time zones have the same hour one after the other.';
comment on column scout.gold_brand_hours.transaction_count is
'Sales with at least one line of the brand; a sale with two brands counts for both.';
comment on column scout.gold_brand_hours.unique_customers is
'Customers known by a pseudonym, counted in this hour over all stores; they do not add up over hours.';
comment on column scout.gold_brand_hours.avg_unit_price is
'net_revenue / units at this grain, to four decimals; null when units are 0.';
create index gold_brand_hours_by_day on scout.gold_brand_hours (date_key, sold_hour);

create table scout.gold_category_hours (
    category text not null,
    date_key date not null,
    sold_hour smallint not null,
    transaction_count bigint not null,
    units numeric not null,
    net_revenue numeric not null,
    unique_customers bigint not null,
    brand_count bigint not null,
    sku_count bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (category, date_key, sold_hour)
);
comment on table scout.gold_category_hours is
'One row per category, business day and hour of the day with sales, over all stores; days stand in '
'gold_category_summary. Lines without a category stand under "Uncategorised".';
comment on column scout.gold_category_hours.sold_hour is
'0 to 23, at the store. It is no instant: stores of several time zones have the same hour one after the other.';
comment on column scout.gold_category_hours.transaction_count is
'Sales with at least one line of the category; a sale with two categories counts for both.';
comment on column scout.gold_category_hours.unique_customers is
'Customers known by a pseudonym, counted in this hour over all stores; they do not add up over hours.';
comment on column scout.gold_category_hours.brand_count is
'Different brands among the lines of the hour; lines without a brand count none.';
create index gold_category_hours_by_day on scout.gold_category_hours (date_key, sold_hour);

create table scout.gold_store_product_summary (
    store_id integer not null,
    month date not null,
    sku text not null,
    units numeric not null,
    net_revenue numeric not null,
    transaction_count bigint not null,
    unique_customers bigint not null,
    first_sold_date date not null,
    last_sold_date date not null,
    revenue_share_pct numeric,
    revenue_rank bigint not null,
    refreshed_at timestamptz not null default now(),
    primary key (store_id, month, sku)
);
comment on table scout.gold_store_product_summary is
'One row per store, month (its first day) and product. Codes that are no product, as the current version in '
'dim_product has it, are left out.';
comment on column scout.gold_store_product_summary.transaction_count is
'Transactions with at least one line of the product, returns among them.';
comment on column scout.gold_store_product_summary.unique_customers is
'Customers known by a pseudonym, counted over the month; they do not add up over products, months or stores.';
comment on column scout.gold_store_product_summary.first_sold_date is
'First business day of the month with a line of the product, a return among them.';
comment on column scout.gold_store_product_summary.revenue_share_pct is
'net_revenue in percent of what the products of the store earned in the month; null when that is nothing.';
comment on column scout.gold_store_product_summary.revenue_rank is
'1 is the highest net_revenue of the store''s month; equal revenues stand in the order of their codes.';
create index gold_store_product_summary_by_product on scout.gold_store_product_summary (sku, month);

create function scout.activity_status(silent_days integer) returns text
language sql immutable parallel safe
return case
    when silent_days < 7 then 'active'
    when silent_days < 30 then 'slowing'
    when silent_days < 90 then 'dormant'
    else 'lost'
end;
comment on function scout.activity_status(integer) is
'What a store is that has been silent for so many days: active when it sold in the last 7 business days, slowing in '
'the last 30, dormant in the last 90, else lost.';

create table scout.gold_store_activity_stats (
    store_id integer primary key,
    as_of_date date not null,
    first_sale_date date not null,
    last_sale_date date not null,
    silent_days integer not null,
    activity_status text not null,
    active_days_7d bigint not null,
    active_days_30d bigint not null,
    active_days_90d bigint not null,
    transaction_count_7d bigint not null,
    transaction_count_30d bigint not null,
    transaction_count_90d bigint not null,
    revenue_7d numeric not null,
    revenue_30d numeric not null,
    revenue_90d numeric not null,
    product_count_30d bigint not null,
    device_count_30d bigint not null,
    avg_daily_revenue_30d numeric,
    refreshed_at timestamptz not null default now()
);
comment on table scout.gold_store_activity_stats is
'One row per store that ever sold: since when, how lately and how often. A span of n days is half open: from '
'as_of_date - (n - 1) to before as_of_date + 1.';
comment on column scout.gold_store_activity_stats.as_of_date is
'The latest business day shown in any store: the last day of every span, the same for all stores.';
comment on column scout.gold_store_activity_stats.silent_days is
'Days from last_sale_date to as_of_date; 0 when the store sold on the latest day.';
comment on column scout.gold_store_activity_stats.activity_status is
'As scout.activity_status() says it of silent_days.';
comment on column scout.gold_store_activity_stats.active_days_7d is
'Business days of the span with at least one transaction.';
comment on column scout.gold_store_activity_stats.product_count_30d is
'Different products among the lines of the span; codes that are no product count none.';
comment on column scout.gold_store_activity_stats.device_count_30d is
'Different devices that sent the transactions of the span; sources without devices have none.';
comment on column scout.gold_store_activity_stats.avg_daily_revenue_30d is
'revenue_30d / active_days_30d, to four decimals: what a day with sales brings; null when there was none.';
create index gold_store_activity_stats_by_status on scout.gold_store_activity_stats (activity_status, store_id);

create materialized view scout.mv_global_product_stats as
with stores as (
    select
        summary.sku,
        summary.store_id,
        -- a transaction lies in one store and one month
        sum(summary.transaction_count) as transaction_count,
        sum(summary.units) as units,
        sum(summary.net_revenue) as net_revenue,
        min(summary.first_sold_date) as first_sold_date,
        max(summary.last_sold_date) as last_sold_date
    from scout.gold_store_product_summary as summary
    group by summary.sku, summary.store_id
),

months as (
    select
        sold.sku,
        count(*) as month_count
    from (
        select distinct
            summary.sku,
            summary.month
        from scout.gold_store_product_summary as summary
    ) as sold
    group by sold.sku
),

products as (
    select
        stores.sku,
        sum(stores.transaction_count)::bigint as transaction_count,
        sum(stores.units) as units,
        sum(stores.net_revenue) as net_revenue,
        count(*) as store_count,
        count(distinct coalesce(described.region, 'Unspecified')) as region_count,
        min(stores.first_sold_date) as first_sold_date,
        max(stores.last_sold_date) as last_sold_date
    from stores
    left join scout.dim_store as described on stores.store_id = described.store_id and described.is_current
    group by stores.sku
),

ranked as (
    select
        products.*,
        months.month_count,
        round(
            100 * products.net_revenue / nullif(greatest(sum(products.net_revenue) over (), 0), 0), 4
        ) as revenue_share_pct,
        row_number() over (order by products.net_revenue desc, products.sku asc) as revenue_rank
    from products
    inner join months on products.sku = months.sku
)

select
    sku,
    transaction_count,
    units,
    net_revenue,
    store_count,
    region_count,
    month_count,
    first_sold_date,
    last_sold_date,
    revenue_share_pct,
    revenue_rank
from ranked
where transaction_count >= 2;
comment on materialized view scout.mv_global_product_stats is
'One row per product sold at least twice, over all stores and all time. Share and rank are those among all products, '
'also the ones sold once. region_count: regions of its stores, as they are described now.';
create unique index mv_global_product_stats_grain on scout.mv_global_product_stats (sku);
insert into ops.mv_inputs (view_name, input_name) values
('scout.mv_global_product_stats', 'gold/store_product_summary');

insert into ops.bucket_layers (layer) values
('gold/region_hours'),
('gold/brand_hours'),
('gold/category_hours'),
('gold/store_product_summary'),
('gold/store_activity_stats');

-- what silver holds already is computed by the next run
insert into ops.dirty_buckets (store_id, date_key, layer, cause)
select distinct
    known.store_id,
    known.date_key,
    new_layer.layer,
    'migrated'
from scout.silver_transaction_keys as known
cross join (
    values
    ('gold/region_hours'),
    ('gold/brand_hours'),
    ('gold/category_hours'),
    ('gold/store_product_summary'),
    ('gold/store_activity_stats')
) as new_layer (layer);

create function scout.timeline_subject(p_filters jsonb) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    asked constant jsonb := jsonb_strip_nulls(coalesce(p_filters, '{}'));
    subject text;
begin
    foreach subject in array array['brand', 'category'] loop
        if asked ? subject then
            if asked - subject <> '{}' then
                raise exception 'filter % stands beside others; it must be the only one: gold has a % over all stores',
                    subject, subject using errcode = 'invalid_parameter_value';
            end if;
            return subject;
        end if;
    end loop;
    return 'stores';
end
$$;
comment on function scout.timeline_subject(jsonb) is
'Whose timeline the filters ask for: brand, category, or stores.';

create or replace function scout.get_sales_timeline(
    p_from date, p_to date, p_period text default 'day', p_filters jsonb default '{}'
)
returns table (
    period_start timestamp, transaction_count bigint, units numeric, net_revenue numeric, avg_transaction_value numeric
)
language sql stable parallel safe
begin atomic
    with chosen as (
        select
            scout.filtered_stores(p_filters - '{brand,category}'::text[]) as store_ids,
            scout.timeline_subject(p_filters) as subject,
            scout.checked_choice('p_period', p_period, array['hour', 'day', 'week', 'month']) as period
    ),

    hours as (
        select
            store_hour.date_key,
            store_hour.sold_hour,
            store_hour.transaction_count,
            store_hour.units,
            store_hour.net_revenue
        from scout.v_live_dashboard_kpis as store_hour
        where
            (select chosen.subject from chosen) = 'stores'
            and store_hour.store_id = any((select chosen.store_ids from chosen)::integer[])
            and store_hour.date_key >= p_from
            and store_hour.date_key < p_to
        union all
        select
            brand_hour.date_key,
            brand_hour.sold_hour,
            brand_hour.transaction_count,
            brand_hour.units,
            brand_hour.net_revenue
        from scout.gold_brand_hours as brand_hour
        where
            brand_hour.brand_name = p_filters ->> 'brand'
            and brand_hour.date_key >= p_from
            and brand_hour.date_key < p_to
        union all
        select
            category_hour.date_key,
            category_hour.sold_hour,
            category_hour.transaction_count,
            category_hour.units,
            category_hour.net_revenue
        from scout.gold_category_hours as category_hour
        where
            category_hour.category = p_filters ->> 'category'
            and category_hour.date_key >= p_from
            and category_hour.date_key < p_to
    ),

    days as (
        select
            store_day.date_key,
            store_day.transaction_count,
            store_day.units,
            store_day.net_revenue
        from scout.v_live_store_day as store_day
        where
            (select chosen.subject from chosen) = 'stores'
            and store_day.store_id = any((select chosen.store_ids from chosen)::integer[])
            and store_day.date_key >= p_from
            and store_day.date_key < p_to
        union all
        select
            brand_day.date_key,
            brand_day.transaction_count,
            brand_day.units,
            brand_day.net_revenue
        from scout.v_live_brand_day as brand_day
        where
            brand_day.brand_name = p_filters ->> 'brand'
            and brand_day.date_key >= p_from
            and brand_day.date_key < p_to
        union all
        select
            category_day.date_key,
            category_day.transaction_count,
            category_day.units,
            category_day.net_revenue
        from scout.gold_category_summary as category_day
        where
            category_day.category = p_filters ->> 'category'
            and category_day.date_key >= p_from
            and category_day.date_key < p_to
    ),

    moments as (
        select
            hours.date_key + make_interval(hours => hours.sold_hour) as period_start,
            hours.transaction_count,
            hours.units,
            hours.net_revenue
        from hours
        where (select chosen.period from chosen) = 'hour'
        union all
        select
            date_trunc(case when p_period = 'hour' then 'day' else p_period end, days.date_key::timestamp),
            days.transaction_count,
            days.units,
            days.net_revenue
        from days
        where (select chosen.period from chosen) <> 'hour'
    )

    select
        moments.period_start,
        sum(moments.transaction_count)::bigint,
        sum(moments.units),
        sum(moments.net_revenue),
        round(sum(moments.net_revenue) / nullif(sum(moments.transaction_count), 0), 4)
    from moments
    group by moments.period_start
    order by moments.period_start;
end;
comment on function scout.get_sales_timeline(date, date, text, jsonb) is
'One row per hour, day, week (from Monday) or month with sales, in the time of the stores. A week or month holds its '
'days within the range only. With the filter brand or category, which stands alone: its lines, and the sales with it.';

create function scout.get_product_mix_tree(p_month date, p_store_code text) returns jsonb
language sql stable parallel safe
begin atomic
    with sold as (
        select
            mix.sku,
            mix.net_revenue,
            mix.units
        from scout.gold_product_mix as mix
        where p_store_code is null and mix.month = date_trunc('month', p_month)::date
        union all
        select
            summary.sku,
            summary.net_revenue,
            summary.units
        from scout.gold_store_product_summary as summary
        inner join scout.store_registry as store on summary.store_id = store.store_id
        where store.store_code = upper(p_store_code) and summary.month = date_trunc('month', p_month)::date
    ),

    codes as (
        select
            sold.sku,
            sold.net_revenue,
            sold.units,
            product.description,
            coalesce(product.category, 'Uncategorised') as category,
            coalesce(product.brand_name, 'Unbranded') as brand_name,
            sum(sold.net_revenue) over () as total
        from sold
        left join scout.dim_product as product on sold.sku = product.sku and product.is_current
    ),

    brands as (
        select
            codes.category,
            codes.brand_name,
            codes.total,
            sum(codes.net_revenue) as net_revenue,
            jsonb_agg(
                jsonb_build_object(
                    'sku', codes.sku,
                    'description', codes.description,
                    'units', codes.units,
                    'net_revenue', codes.net_revenue,
                    'share_pct', round(100 * codes.net_revenue / nullif(codes.total, 0), 4)
                )
                order by codes.net_revenue desc, codes.sku asc
            ) as skus
        from codes
        group by codes.category, codes.brand_name, codes.total
    ),

    categories as (
        select
            brands.category,
            sum(brands.net_revenue) as net_revenue,
            jsonb_build_object(
                'category', brands.category,
                'net_revenue', sum(brands.net_revenue),
                'share_pct', round(100 * sum(brands.net_revenue) / nullif(brands.total, 0), 4),
                'brands', jsonb_agg(
                    jsonb_build_object(
                        'brand_name', brands.brand_name,
                        'net_revenue', brands.net_revenue,
                        'share_pct', round(100 * brands.net_revenue / nullif(brands.total, 0), 4),
                        'skus', brands.skus
                    )
                    order by brands.net_revenue desc, brands.brand_name asc
                )
            ) as branch
        from brands
        group by brands.category, brands.total
    )

    select coalesce(jsonb_agg(categories.branch order by categories.net_revenue desc, categories.category asc), '[]')
    from categories;
end;
comment on function scout.get_product_mix_tree(date, text) is
'Category, brand and product of a store''s month as nested JSON, each with its net revenue and its share of the month '
'in per cent, best first; of all stores together when the code is null.';

create or replace function scout.get_product_mix_tree(p_month date) returns jsonb
language sql stable parallel safe
begin atomic
    select scout.get_product_mix_tree(p_month, null);
end;
