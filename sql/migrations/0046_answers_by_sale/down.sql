-- 0046_answers_by_sale, undone: the functions and views as they were.
-- A function's parameters are no columns, whatever a linter takes them for.
-- noqa: disable=RF01,RF02,RF03

drop materialized view scout.mv_dashboard_kpis;
drop materialized view scout.mv_brand_performance;

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
'One row per store and hour of the 30 business days up to the newest that has sales, days without sales counted. The '
'whole history is in gold_hourly_kpis.';
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
'One row per brand and day of the 90 business days up to the newest that has sales, days without sales counted, with '
'its rank by net revenue; lines without a brand are left out.';
create unique index mv_brand_performance_grain on scout.mv_brand_performance (brand_name, date_key);
create index mv_brand_performance_by_day on scout.mv_brand_performance (date_key, revenue_rank);

delete from ops.mv_inputs
where
    input_name = 'gold/daily_aggregates'
    and view_name in ('scout.mv_dashboard_kpis', 'scout.mv_brand_performance');

drop function scout.latest_business_day();
comment on column scout.gold_sales_windows.as_of_date is
'The latest business day shown in any store: the last day of every window, the same for all stores.';
comment on column scout.gold_store_activity_stats.as_of_date is
'The latest business day shown in any store: the last day of every span, the same for all stores.';
comment on table scout.gold_customer_insights is
'One row per customer. Recency counts days to the latest business day in silver; frequency counts sales; monetary is '
'the net value of everything bought and returned.';

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

create or replace function scout.get_product_mix_tree(p_month date, p_store_code text) returns jsonb
language sql stable parallel safe
begin atomic
    with asked as (
        select
            scout.asked_month(p_month) as month,
            scout.known_value('store_code', p_store_code) as store_code
    ),

    sold as (
        select
            mix.sku,
            mix.net_revenue,
            mix.units
        from scout.gold_product_mix as mix
        where p_store_code is null and mix.month = (select asked.month from asked)
        union all
        select
            summary.sku,
            summary.net_revenue,
            summary.units
        from scout.gold_store_product_summary as summary
        inner join scout.store_registry as store on summary.store_id = store.store_id
        where
            store.store_code = (select asked.store_code from asked)
            and summary.month = (select asked.month from asked)
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
    from categories
    -- asked also where there is nothing to read
    where (select asked.month is not null from asked);
end;

create or replace function scout.get_top_products(
    p_from date, p_to date, p_limit integer default 20, p_category text default null, p_brand text default null
)
returns table (
    sku text, description text, brand_name text, category text, units numeric, net_revenue numeric,
    revenue_share_pct numeric
)
language sql stable parallel safe
begin atomic
    with asked as (
        select
            scout.known_value('category', p_category) as category,
            scout.known_value('brand', p_brand) as brand
    ),

    -- the days up to the first whole month, whole months, and the days after the last one
    parts as (
        select
            item.sku,
            sum(item.quantity) as units,
            sum(item.subtotal) as net_revenue
        from scout.silver_transaction_items as item
        inner join scout.dim_product as product on item.sku = product.sku
        where
            item.date_key >= p_from
            and item.date_key < scout.whole_months_from(p_from, p_to)
            and product.is_current
            and product.is_product
            -- asked once, before anything is read
            and (select concat(asked.category, asked.brand) is not null from asked)
        group by item.sku
        union all
        select
            mix.sku,
            mix.units,
            mix.net_revenue
        from scout.gold_product_mix as mix
        where
            mix.month >= scout.whole_months_from(p_from, p_to)
            and mix.month < date_trunc('month', p_to::timestamp)::date
            and (select concat(asked.category, asked.brand) is not null from asked)
        union all
        select
            item.sku,
            sum(item.quantity) as units,
            sum(item.subtotal) as net_revenue
        from scout.silver_transaction_items as item
        inner join scout.dim_product as product on item.sku = product.sku
        where
            item.date_key >= greatest(
                scout.whole_months_from(p_from, p_to), date_trunc('month', p_to::timestamp)::date
            )
            and item.date_key < p_to
            and product.is_current
            and product.is_product
            and (select concat(asked.category, asked.brand) is not null from asked)
        group by item.sku
    ),

    sold as (
        select
            parts.sku,
            sum(parts.units) as units,
            sum(parts.net_revenue) as net_revenue
        from parts
        group by parts.sku
    ),

    described as (
        select
            sold.*,
            product.description,
            product.brand_name,
            product.category,
            100 * sold.net_revenue / nullif(sum(sold.net_revenue) over (), 0) as revenue_share_pct
        from sold
        left join scout.dim_product as product on sold.sku = product.sku and product.is_current
    )

    select
        described.sku,
        described.description,
        described.brand_name,
        described.category,
        described.units,
        described.net_revenue,
        round(described.revenue_share_pct, 4)
    from described
    where
        (p_category is null or described.category = p_category)
        and (p_brand is null or described.brand_name = p_brand)
        -- not where the months are: nothing is asked of a range that is known to be empty
        and (select scout.checked_range(p_from, p_to) and scout.checked_days(p_from, p_to))
    order by described.net_revenue desc, described.sku asc
    limit p_limit;
end;

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
            case when p_filters = '{}' then 'everywhere' else scout.timeline_subject(p_filters) end as subject,
            scout.checked_choice('p_period', p_period, array['hour', 'day', 'week', 'month']) as period
        where scout.checked_range(p_from, p_to)
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
            region_hour.date_key,
            region_hour.sold_hour,
            region_hour.transaction_count,
            region_hour.units,
            region_hour.net_revenue
        from scout.gold_region_hours as region_hour
        where
            (select chosen.subject from chosen) = 'everywhere'
            and region_hour.date_key >= p_from
            and region_hour.date_key < p_to
            and region_hour.date_key not in (
                select mark.date_key from ops.dirty_buckets as mark
                where mark.layer = 'gold/region_hours'
            )
        union all
        select
            tail.date_key,
            store_hour.sold_hour,
            store_hour.transaction_count,
            store_hour.units,
            store_hour.net_revenue
        from (
            select distinct mark.date_key
            from ops.dirty_buckets as mark
            where mark.layer = 'gold/region_hours' and mark.date_key >= p_from and mark.date_key < p_to
        ) as tail
        cross join
            lateral (
                select live.*
                from scout.v_live_dashboard_kpis as live
                where live.date_key = tail.date_key
                -- a fence: looked up day by day
                offset 0
            ) as store_hour
        where (select chosen.subject from chosen) = 'everywhere'
        union all
        select
            brand_hour.date_key,
            brand_hour.sold_hour,
            brand_hour.transaction_count,
            brand_hour.units,
            brand_hour.net_revenue
        from scout.gold_brand_hours as brand_hour
        where
            (select chosen.subject from chosen) = 'brand'
            and brand_hour.brand_name = p_filters ->> 'brand'
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
            (select chosen.subject from chosen) = 'category'
            and category_hour.category = p_filters ->> 'category'
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
            region_day.date_key,
            region_day.transaction_count,
            region_day.units,
            region_day.net_revenue
        from scout.gold_regional_performance as region_day
        where
            (select chosen.subject from chosen) = 'everywhere'
            and region_day.date_key >= p_from
            and region_day.date_key < p_to
            and region_day.date_key not in (
                select mark.date_key from ops.dirty_buckets as mark
                where mark.layer = 'gold/regional_performance'
            )
        union all
        select
            tail.date_key,
            store_day.transaction_count,
            store_day.units,
            store_day.net_revenue
        from (
            select distinct mark.date_key
            from ops.dirty_buckets as mark
            where mark.layer = 'gold/regional_performance' and mark.date_key >= p_from and mark.date_key < p_to
        ) as tail
        cross join
            lateral (
                select live.*
                from scout.v_live_store_day as live
                where live.date_key = tail.date_key
                offset 0
            ) as store_day
        where (select chosen.subject from chosen) = 'everywhere'
        union all
        select
            brand_day.date_key,
            brand_day.transaction_count,
            brand_day.units,
            brand_day.net_revenue
        from scout.v_live_brand_day as brand_day
        where
            (select chosen.subject from chosen) = 'brand'
            and brand_day.brand_name = p_filters ->> 'brand'
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
            (select chosen.subject from chosen) = 'category'
            and category_day.category = p_filters ->> 'category'
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

create or replace function scout.get_dashboard_metrics(p_from date, p_to date, p_filters jsonb default '{}')
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

drop function scout.chosen_sales(jsonb, date, date);
drop function scout.stores_told_by_sales(jsonb, text);

create or replace function scout.filtered_stores(p_filters jsonb) returns integer[]
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    filter_name text;
    asked_region constant text := scout.known_value('region', p_filters ->> 'region');
    asked_code constant text := scout.known_value('store_code', p_filters ->> 'store_code');
    asked_type constant text := scout.known_value('store_type', p_filters ->> 'store_type');
    asked_class constant text := scout.known_value('economic_class', p_filters ->> 'economic_class');
begin
    for filter_name in select jsonb_object_keys(coalesce(p_filters, '{}')) loop
        perform scout.checked_choice(
            'filter', filter_name, array['region', 'store_code', 'store_type', 'economic_class']
        );
    end loop;
    return array(
        select store.store_id
        from scout.dim_store as store
        where
            store.is_current
            and (asked_region is null or store.region = asked_region)
            and (asked_code is null or store.store_code = asked_code)
            and (asked_type is null or store.store_type = asked_type)
            and (asked_class is null or store.economic_class = asked_class)
    );
end
$$;
comment on function scout.filtered_stores(jsonb) is
'Keys of the stores that fit all filters, as they are described now: region, store_code, store_type, economic_class. '
'An unknown filter or value is an error.';

create or replace function scout.known_value(p_name text, p_value text) returns text
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    found_value text;
    choices text[];
    meant text;
begin
    if p_value is null then
        return null;
    end if;
    -- the small tables first; gold only for what no dimension describes, by its key
    case p_name
        when 'region' then
            found_value := coalesce(
                scout.norm_region(p_value),
                (select figure.region from scout.gold_regional_performance as figure where figure.region = p_value limit 1)
            );
        when 'store_code' then
            found_value := coalesce(
                (select known.store_code from scout.store_registry as known where known.store_code = upper(p_value)),
                (select store.store_code from scout.dim_store as store where store.store_code = upper(p_value) limit 1)
            );
        when 'store_type' then
            choices := array['urban_high', 'urban_medium', 'residential', 'rural', 'transport', 'other'];
            found_value := coalesce(
                choices[array_position(choices, p_value)],
                (select store.store_type from scout.dim_store as store where store.store_type = p_value limit 1)
            );
        when 'economic_class' then
            choices := array['A', 'B', 'C', 'D', 'E', 'unknown'];
            found_value := coalesce(
                choices[array_position(choices, p_value)],
                (select store.economic_class from scout.dim_store as store where store.economic_class = p_value limit 1)
            );
        when 'category' then
            found_value := coalesce(
                (select known.category from scout.dim_category as known where known.category = p_value),
                (select figure.category from scout.gold_category_summary as figure where figure.category = p_value limit 1),
                (select product.category from scout.dim_product as product where product.category = p_value limit 1)
            );
        when 'brand' then
            found_value := coalesce(
                (select known.brand_name from scout.dim_brand as known where known.brand_name = p_value),
                (select figure.brand_name from scout.v_live_brand_day as figure where figure.brand_name = p_value limit 1),
                (select product.brand_name from scout.dim_product as product where product.brand_name = p_value limit 1)
            );
    end case;
    if found_value is not null then
        return found_value;
    end if;
    -- nobody waits for an error: here more may be read
    if p_name = 'region' then
        found_value := (
            select sale.region from scout.silver_transactions_cleaned as sale
            where sale.region = p_value and sale.deleted_at is null limit 1
        );
        if found_value is not null then
            return found_value;
        end if;
        choices := array(select known.region from scout.dim_region as known order by known.sort_order);
    elsif p_name = 'store_code' then
        choices := array(select known.store_code from scout.store_registry as known order by known.store_code);
    elsif p_name = 'category' then
        choices := array(
            select known.category from scout.dim_category as known
            union
            select product.category from scout.dim_product as product where product.category is not null
            order by 1
        );
    elsif p_name = 'brand' then
        choices := array(
            select known.brand_name from scout.dim_brand as known
            union
            select product.brand_name from scout.dim_product as product where product.brand_name is not null
            order by 1
        );
    end if;
    meant := (
        select choice.said from unnest(choices) as choice (said)
        where scout.place_key(choice.said) = scout.place_key(p_value) limit 1
    );
    raise exception '% % is not known', p_name, quote_literal(p_value) using
        errcode = 'invalid_parameter_value',
        detail = format(
            'Known %s: %s%s', case when cardinality(choices) = 1 then 'is' else 'are' end,
            array_to_string(choices[:20], ', '),
            case when cardinality(choices) > 20 then format(' and %s more', cardinality(choices) - 20) else '' end
        ),
        hint = case
            when meant is null then 'Look for it among those that are known.'
            else format('Did you mean %s?', quote_literal(meant))
        end;
end
$$;
