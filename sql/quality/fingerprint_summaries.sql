-- fingerprint: hours over all stores, and products and activity of each store, one hash a table, whatever the ids,
-- times and order of writing.
-- reads:  gold/region_hours, gold/brand_hours, gold/category_hours, gold/store_product_summary,
--         gold/store_activity_stats
-- params: -
-- rerun:  safe, read only
with hashed as (
    select
        'scout.gold_region_hours' as table_name,
        hashtextextended(jsonb_build_array(
            figure.region,
            figure.date_key,
            figure.sold_hour,
            figure.transaction_count,
            trim_scale(figure.units),
            trim_scale(figure.net_revenue),
            figure.unique_customers,
            trim_scale(figure.avg_transaction_value)
        )::text, 0) as row_hash
    from scout.gold_region_hours as figure
    union all
    select
        'scout.gold_brand_hours' as table_name,
        hashtextextended(jsonb_build_array(
            figure.brand_name,
            figure.date_key,
            figure.sold_hour,
            figure.transaction_count,
            trim_scale(figure.units),
            trim_scale(figure.net_revenue),
            figure.unique_customers,
            trim_scale(figure.avg_unit_price),
            figure.store_count
        )::text, 0) as row_hash
    from scout.gold_brand_hours as figure
    union all
    select
        'scout.gold_category_hours' as table_name,
        hashtextextended(jsonb_build_array(
            figure.category,
            figure.date_key,
            figure.sold_hour,
            figure.transaction_count,
            trim_scale(figure.units),
            trim_scale(figure.net_revenue),
            figure.unique_customers,
            figure.brand_count,
            figure.sku_count
        )::text, 0) as row_hash
    from scout.gold_category_hours as figure
    union all
    select
        'scout.gold_store_product_summary' as table_name,
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.month,
            figure.sku,
            trim_scale(figure.units),
            trim_scale(figure.net_revenue),
            figure.transaction_count,
            figure.unique_customers,
            figure.first_sold_date,
            figure.last_sold_date,
            trim_scale(figure.revenue_share_pct),
            figure.revenue_rank
        )::text, 0) as row_hash
    from scout.gold_store_product_summary as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
    union all
    select
        'scout.gold_store_activity_stats' as table_name,
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.as_of_date,
            figure.first_sale_date,
            figure.last_sale_date,
            figure.silent_days,
            figure.activity_status,
            figure.active_days_7d,
            figure.active_days_30d,
            figure.active_days_90d,
            figure.transaction_count_7d,
            figure.transaction_count_30d,
            figure.transaction_count_90d,
            trim_scale(figure.revenue_7d),
            trim_scale(figure.revenue_30d),
            trim_scale(figure.revenue_90d),
            figure.product_count_30d,
            figure.device_count_30d,
            trim_scale(figure.avg_daily_revenue_30d)
        )::text, 0) as row_hash
    from scout.gold_store_activity_stats as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
)

select
    table_name,
    count(*) as row_count,
    -- a sum, not an xor: two equal rows must not cancel each other
    sum(row_hash)::text as content_hash
from hashed
group by table_name
order by table_name;
