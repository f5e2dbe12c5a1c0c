-- fingerprint: what gold says of each store, one hash a table, whatever the ids, times and order of writing.
-- reads:  gold/hourly_kpis, gold/business_metrics, gold/time_of_day, gold/sales_windows, gold/store_periods,
--         gold/region_periods, gold/suggestion_funnel
-- params: -
-- rerun:  safe, read only
with hours as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.date_key,
            figure.sold_hour,
            figure.transaction_count,
            trim_scale(figure.units),
            trim_scale(figure.net_revenue),
            figure.unique_customers,
            trim_scale(figure.avg_transaction_value)
        )::text, 0) as row_hash
    from scout.gold_hourly_kpis as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

business_days as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.date_key,
            trim_scale(figure.daily_revenue),
            figure.transaction_count,
            trim_scale(figure.avg_transaction_value),
            trim_scale(figure.median_transaction_value),
            figure.new_customers,
            figure.returning_customers,
            figure.anonymous_transactions,
            figure.campaign_transactions,
            trim_scale(figure.tbwa_revenue),
            figure.top_payment_method
        )::text, 0) as row_hash
    from scout.gold_business_metrics as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

parts_of_day as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.date_key,
            figure.time_of_day,
            figure.transaction_count,
            trim_scale(figure.units),
            trim_scale(figure.net_revenue),
            figure.unique_customers
        )::text, 0) as row_hash
    from scout.gold_time_of_day as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

windows as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.as_of_date,
            trim_scale(figure.revenue_1d),
            figure.transaction_count_1d,
            trim_scale(figure.units_1d),
            trim_scale(figure.revenue_7d),
            figure.transaction_count_7d,
            trim_scale(figure.units_7d),
            trim_scale(figure.revenue_30d),
            figure.transaction_count_30d,
            trim_scale(figure.units_30d)
        )::text, 0) as row_hash
    from scout.gold_sales_windows as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

store_spans as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.period,
            figure.period_start,
            figure.transaction_count,
            trim_scale(figure.units),
            trim_scale(figure.net_revenue),
            figure.unique_customers,
            trim_scale(figure.avg_transaction_value)
        )::text, 0) as row_hash
    from scout.gold_store_periods as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

region_spans as (
    select
        hashtextextended(jsonb_build_array(
            figure.region,
            figure.period,
            figure.period_start,
            figure.transaction_count,
            trim_scale(figure.units),
            trim_scale(figure.net_revenue),
            figure.unique_customers,
            trim_scale(figure.avg_transaction_value)
        )::text, 0) as row_hash
    from scout.gold_region_periods as figure
),

suggestions as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.date_key,
            figure.transactions_observed,
            figure.suggestions_offered,
            figure.suggestions_accepted,
            figure.suggestions_rejected,
            trim_scale(figure.acceptance_pct)
        )::text, 0) as row_hash
    from scout.gold_suggestion_funnel as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

hashed as (
    select
        'scout.gold_hourly_kpis' as table_name,
        row_hash
    from hours
    union all
    select
        'scout.gold_business_metrics' as table_name,
        row_hash
    from business_days
    union all
    select
        'scout.gold_time_of_day' as table_name,
        row_hash
    from parts_of_day
    union all
    select
        'scout.gold_sales_windows' as table_name,
        row_hash
    from windows
    union all
    select
        'scout.gold_store_periods' as table_name,
        row_hash
    from store_spans
    union all
    select
        'scout.gold_region_periods' as table_name,
        row_hash
    from region_spans
    union all
    select
        'scout.gold_suggestion_funnel' as table_name,
        row_hash
    from suggestions
)

select
    table_name,
    count(*) as row_count,
    -- a sum, not an xor: two equal rows must not cancel each other
    sum(row_hash)::text as content_hash
from hashed
group by table_name
order by table_name;
