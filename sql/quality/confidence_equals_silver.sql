-- promise: every figure of a store and day that silver has is scored, with its value, and the points add up; how often
-- it came is what the table says of the 28 days.
-- reads:  silver/transactions_cleaned, silver/store_metrics, gold/confidence
-- params: -
-- rerun:  safe, read only
with sold as (
    select
        store_id,
        date_key,
        count(*) as transaction_count,
        sum(line_count) as line_count,
        sum(peso_value) as net_revenue,
        max(sold_hour) as newest_hour
    from scout.silver_transactions_cleaned
    where deleted_at is null
    group by store_id, date_key
),

of_sales as (
    select
        sold.store_id,
        sold.date_key,
        metric.metric_name,
        metric.metric_value,
        sold.newest_hour
    from sold
    cross join
        lateral (
            values
            ('net_revenue', sold.net_revenue),
            ('transaction_count', sold.transaction_count),
            ('line_count', sold.line_count)
        ) as metric (metric_name, metric_value)
),

of_feed as (
    select distinct on (store_id, date_key, metric_name)
        store_id,
        date_key,
        metric_name,
        metric_source,
        metric_value
    from scout.silver_store_metrics
    order by
        store_id asc,
        date_key asc,
        metric_name asc,
        scout.metric_priority(metric_source) asc,
        measured_at desc,
        measurement_id asc
),

expected as (
    select
        coalesce(of_sales.store_id, of_feed.store_id) as store_id,
        coalesce(of_sales.date_key, of_feed.date_key) as date_key,
        coalesce(of_sales.metric_name, of_feed.metric_name) as metric_name,
        coalesce(of_sales.metric_value, of_feed.metric_value) as metric_value,
        case when of_sales.store_id is null then of_feed.metric_source else 'sales' end as metric_source,
        of_sales.newest_hour
    from of_sales
    full join of_feed
        on
            of_sales.store_id = of_feed.store_id
            and of_sales.date_key = of_feed.date_key
            and of_sales.metric_name = of_feed.metric_name
),

shown as (
    select
        figure.*,
        count(*) over (
            partition by figure.store_id, figure.metric_name
            order by figure.date_key
            range between interval '27 days' preceding and current row
        ) as days_there
    from scout.gold_confidence as figure
),

broken as (
    select
        coalesce(expected.store_id, shown.store_id) as store_id,
        coalesce(expected.date_key, shown.date_key) as date_key,
        coalesce(expected.metric_name, shown.metric_name) as metric_name,
        expected.metric_value as silver_value,
        shown.metric_value as gold_value,
        shown.confidence
    from expected
    full join shown
        on
            expected.store_id = shown.store_id
            and expected.date_key = shown.date_key
            and expected.metric_name = shown.metric_name
    where
        -- what is archived is shown as it was
        coalesce(expected.date_key, shown.date_key) >= (select ops.silver_kept_from())
        and (
            (expected.metric_value, expected.metric_source) is distinct from (shown.metric_value, shown.metric_source)
            or expected.newest_hour <> shown.newest_hour
            or shown.days_seen <> shown.days_there
            or shown.source_points <> scout.source_points(shown.metric_source)
            or shown.freshness_points <> least(20, shown.newest_hour + 1)
            or shown.frequency_points
            <> round(20 * least(1, shown.days_seen * coalesce(shown.usual_gap_days, 1) / 28))
            or shown.cross_validation_points <> coalesce(round(shown.agreement_pct / 5), 0)
            or shown.confidence
            <> shown.source_points + shown.freshness_points + shown.frequency_points + shown.cross_validation_points
            or shown.confidence_band <> scout.confidence_band(shown.confidence)
        )
),

-- a mark changes its own day, and how often the figures of the 27 days after it came
at_rest as (
    select broken.*
    from broken
    where
        not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.layer = 'gold/confidence'
                and mark.store_id = broken.store_id
                and mark.date_key <= broken.date_key
                and mark.date_key >= broken.date_key - 27
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from at_rest limit 5) as example), '[]') as sample
from at_rest;
