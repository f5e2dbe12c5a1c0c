-- 0031_timeline_everywhere: the timeline of all stores is added up from the regions, a hundredth of the rows; days that
-- they have not rebuilt yet are added up from the stores. A timeline of stores no longer looks up lines of days that
-- brands have not rebuilt yet.
-- names of parameters read as columns here
-- noqa: disable=RF01,RF02,RF03
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
