-- promise: each metric of a store shows a measurement of its latest day that no other one of that day beats.
-- reads:  silver/store_metrics, gold/latest_store_metrics
-- params: -
-- rerun:  safe, read only
with latest_days as (
    select
        store_id,
        metric_name,
        max(date_key) as date_key
    from scout.silver_store_metrics
    group by store_id, metric_name
),

broken as (
    select
        coalesce(latest.store_id, shown.store_id) as store_id,
        coalesce(latest.metric_name, shown.metric_name) as metric_name,
        latest.date_key as silver_day,
        shown.date_key as gold_day
    from latest_days as latest
    full join scout.gold_latest_store_metrics as shown
        on latest.store_id = shown.store_id and latest.metric_name = shown.metric_name
    where
        latest.date_key is distinct from shown.date_key
        or not exists (
            select 1
            from scout.silver_store_metrics as measured
            where
                measured.store_id = shown.store_id
                and measured.metric_name = shown.metric_name
                and measured.date_key = shown.date_key
                and measured.metric_source = shown.metric_source
                and measured.metric_value = shown.metric_value
                and measured.measured_at = shown.measured_at
        )
        or exists (
            select 1
            from scout.silver_store_metrics as better
            where
                better.store_id = shown.store_id
                and better.metric_name = shown.metric_name
                and better.date_key = shown.date_key
                and (scout.metric_priority(better.metric_source), shown.measured_at)
                < (scout.metric_priority(shown.metric_source), better.measured_at)
        )
),

at_rest as (
    select * from broken
    where
        not exists (
            select 1
            from ops.dirty_buckets as mark
            where mark.store_id = broken.store_id and mark.layer = 'gold/latest_store_metrics'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from at_rest limit 5) as example), '[]') as sample
from at_rest;
