-- fingerprint: what gold says of brands and products, one hash a table, whatever the times and order of writing.
-- reads:  gold/brand_performance, gold/category_summary, gold/product_mix, gold/basket_patterns,
--         gold/substitution_flows, gold/brand_periods, gold/category_periods
-- params: -
-- rerun:  safe, read only
with brand_days as (
    select
        hashtextextended(jsonb_build_array(
            brand_name,
            date_key,
            transaction_count,
            trim_scale(units),
            trim_scale(net_revenue),
            unique_customers,
            trim_scale(avg_unit_price),
            store_count
        )::text, 0) as row_hash
    from scout.gold_brand_performance
),

category_days as (
    select
        hashtextextended(jsonb_build_array(
            category,
            date_key,
            transaction_count,
            trim_scale(units),
            trim_scale(net_revenue),
            unique_customers,
            brand_count,
            sku_count
        )::text, 0) as row_hash
    from scout.gold_category_summary
),

product_mix as (
    select
        hashtextextended(jsonb_build_array(
            month,
            sku,
            trim_scale(units),
            trim_scale(net_revenue),
            trim_scale(revenue_share_pct),
            revenue_rank,
            trim_scale(cumulative_pct),
            is_pareto_80
        )::text, 0) as row_hash
    from scout.gold_product_mix
),

basket_patterns as (
    select
        hashtextextended(jsonb_build_array(
            month,
            sku_a,
            sku_b,
            basket_count,
            trim_scale(support_pct),
            trim_scale(confidence_ab_pct),
            trim_scale(confidence_ba_pct),
            trim_scale(lift)
        )::text, 0) as row_hash
    from scout.gold_basket_patterns
),

substitution_flows as (
    select
        hashtextextended(jsonb_build_array(
            date_key,
            from_sku,
            to_sku,
            reason,
            substitution_count,
            store_count
        )::text, 0) as row_hash
    from scout.gold_substitution_flows
),

brand_periods as (
    select
        hashtextextended(jsonb_build_array(
            brand_name,
            period,
            period_start,
            transaction_count,
            trim_scale(units),
            trim_scale(net_revenue),
            unique_customers,
            trim_scale(avg_unit_price),
            store_count
        )::text, 0) as row_hash
    from scout.gold_brand_periods
),

category_periods as (
    select
        hashtextextended(jsonb_build_array(
            category,
            period,
            period_start,
            transaction_count,
            trim_scale(units),
            trim_scale(net_revenue),
            unique_customers,
            brand_count,
            sku_count
        )::text, 0) as row_hash
    from scout.gold_category_periods
),

hashed as (
    select
        'scout.gold_brand_performance' as table_name,
        row_hash
    from brand_days
    union all
    select
        'scout.gold_category_summary' as table_name,
        row_hash
    from category_days
    union all
    select
        'scout.gold_product_mix' as table_name,
        row_hash
    from product_mix
    union all
    select
        'scout.gold_basket_patterns' as table_name,
        row_hash
    from basket_patterns
    union all
    select
        'scout.gold_substitution_flows' as table_name,
        row_hash
    from substitution_flows
    union all
    select
        'scout.gold_brand_periods' as table_name,
        row_hash
    from brand_periods
    union all
    select
        'scout.gold_category_periods' as table_name,
        row_hash
    from category_periods
)

select
    table_name,
    count(*) as row_count,
    sum(row_hash)::text as content_hash
from hashed
group by table_name
order by table_name;
