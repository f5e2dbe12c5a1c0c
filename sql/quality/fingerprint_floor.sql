-- fingerprint: the figures of the shop floor, one hash a table, whatever the ids, times and order of writing.
-- reads:  gold/request_behavior, gold/demographics, gold/latest_store_metrics, gold/promotion_summary,
--         gold/experiment_results
-- params: -
-- rerun:  safe, read only
with requests as (
    select
        hashtextextended(jsonb_build_array(
            region,
            date_key,
            request_mode,
            request_type,
            transaction_count,
            suggestions_offered,
            suggestions_accepted,
            trim_scale(duration_seconds_total),
            duration_count,
            trim_scale(avg_duration_seconds)
        )::text, 0) as row_hash
    from scout.gold_request_behavior
),

groups as (
    select
        hashtextextended(jsonb_build_array(
            region,
            week_start,
            gender,
            age_bracket,
            economic_class,
            transaction_count,
            unique_customers,
            trim_scale(net_revenue),
            trim_scale(units)
        )::text, 0) as row_hash
    from scout.gold_demographics
),

metrics as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.metric_name,
            trim_scale(figure.metric_value),
            figure.metric_source,
            figure.date_key,
            figure.measured_at at time zone 'UTC'
        )::text, 0) as row_hash
    from scout.gold_latest_store_metrics as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

promotions as (
    select
        hashtextextended(jsonb_build_array(
            created_on,
            status,
            promotion_count,
            valued_count,
            trim_scale(total_value),
            trim_scale(avg_value),
            open_count,
            closed_count,
            timed_count,
            trim_scale(closed_hours_total),
            trim_scale(avg_closed_hours)
        )::text, 0) as row_hash
    from scout.gold_promotion_summary
),

experiments as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            figure.experiment,
            figure.event_count,
            figure.measured_count,
            trim_scale(figure.avg_target),
            trim_scale(figure.avg_actual),
            trim_scale(figure.lift_pct)
        )::text, 0) as row_hash
    from scout.gold_experiment_results as figure
    left join scout.store_registry as store on figure.store_id = store.store_id
),

hashed as (
    select
        'scout.gold_request_behavior' as table_name,
        row_hash
    from requests
    union all
    select
        'scout.gold_demographics' as table_name,
        row_hash
    from groups
    union all
    select
        'scout.gold_latest_store_metrics' as table_name,
        row_hash
    from metrics
    union all
    select
        'scout.gold_promotion_summary' as table_name,
        row_hash
    from promotions
    union all
    select
        'scout.gold_experiment_results' as table_name,
        row_hash
    from experiments
)

select
    table_name,
    count(*) as row_count,
    -- a sum, not an xor: two equal rows must not cancel each other
    sum(row_hash)::text as content_hash
from hashed
group by table_name
order by table_name;
