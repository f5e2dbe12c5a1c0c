-- fingerprint: what gold says, one hash a table, whatever the ids, times and order of writing.
-- reads:  gold/daily_aggregates, gold/regional_performance, gold/store_performance, gold/product_performance
-- params: -
-- rerun:  safe, read only
with daily as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.date_key,
            figure.transaction_count,
            figure.line_count,
            trim_scale(figure.units),
            trim_scale(figure.gross_sales),
            trim_scale(figure.returns_value),
            trim_scale(figure.adjustments_value),
            trim_scale(figure.net_revenue),
            figure.unique_customers,
            trim_scale(figure.avg_transaction_value)
        )::text, 0) as row_hash
    from scout.gold_daily_aggregates as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

regions as (
    select
        hashtextextended(jsonb_build_array(
            region,
            date_key,
            transaction_count,
            line_count,
            trim_scale(units),
            trim_scale(gross_sales),
            trim_scale(returns_value),
            trim_scale(adjustments_value),
            trim_scale(net_revenue),
            unique_customers,
            trim_scale(avg_transaction_value)
        )::text, 0) as row_hash
    from scout.gold_regional_performance
),

store_months as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.month,
            figure.transaction_count,
            figure.line_count,
            trim_scale(figure.units),
            trim_scale(figure.gross_sales),
            trim_scale(figure.returns_value),
            trim_scale(figure.adjustments_value),
            trim_scale(figure.net_revenue),
            figure.unique_customers,
            trim_scale(figure.avg_transaction_value),
            figure.active_days
        )::text, 0) as row_hash
    from scout.gold_store_performance as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

product_months as (
    select
        hashtextextended(jsonb_build_array(
            sku,
            month,
            trim_scale(units),
            trim_scale(net_revenue),
            transactions
        )::text, 0) as row_hash
    from scout.gold_product_performance
),

hashed as (
    select
        'scout.gold_daily_aggregates' as table_name,
        row_hash
    from daily
    union all
    select
        'scout.gold_regional_performance' as table_name,
        row_hash
    from regions
    union all
    select
        'scout.gold_store_performance' as table_name,
        row_hash
    from store_months
    union all
    select
        'scout.gold_product_performance' as table_name,
        row_hash
    from product_months
)

select
    table_name,
    count(*) as row_count,
    -- a sum, not an xor: two equal rows must not cancel each other
    sum(row_hash)::text as content_hash
from hashed
group by table_name
order by table_name;
