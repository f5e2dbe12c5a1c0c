-- confidence_seen: how often each figure of the touched stores came, for the days from the first bucket to 27 days
-- after the last: days with a value in the 28 days that end there, and the usual gap between them. The days of the
-- buckets are those of confidence_inputs; all others stand in the table.
-- reads:  gold/confidence
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table confidence_seen on commit drop as
with bounds as (
    select
        min(date_key) as first_day,
        max(date_key) as last_day
    from buckets
),

known as (
    select
        store_id,
        metric_name,
        date_key
    from confidence_inputs
    union all
    select
        shown.store_id,
        shown.metric_name,
        shown.date_key
    from scout.gold_confidence as shown
    where
        shown.store_id in (select touched.store_id from buckets as touched)
        and shown.date_key >= (select bounds.first_day - 27 from bounds)
        and shown.date_key <= (select bounds.last_day + 27 from bounds)
        and not exists (
            select 1
            from buckets
            where buckets.store_id = shown.store_id and buckets.date_key = shown.date_key
        )
),

counted as (
    select
        store_id,
        metric_name,
        date_key,
        lag(date_key) over (partition by store_id, metric_name order by date_key) as previous_day,
        count(*) over (
            partition by store_id, metric_name
            order by date_key
            range between interval '27 days' preceding and current row
        ) as days_seen
    from known
),

gaps as (
    select
        counted.store_id,
        counted.metric_name,
        counted.date_key,
        percentile_cont(0.5) within group (order by earlier.date_key - earlier.previous_day)::numeric as usual_gap_days
    from counted
    inner join counted as earlier
        on
            counted.store_id = earlier.store_id
            and counted.metric_name = earlier.metric_name
            and counted.date_key >= earlier.date_key
            and counted.date_key - 27 <= earlier.previous_day
    where not scout.is_daily_metric(counted.metric_name) and counted.date_key >= (select bounds.first_day from bounds)
    group by counted.store_id, counted.metric_name, counted.date_key
),

expected as (
    select
        counted.store_id,
        counted.metric_name,
        counted.date_key,
        counted.days_seen,
        case when scout.is_daily_metric(counted.metric_name) then 1 else gaps.usual_gap_days end as usual_gap_days
    from counted
    left join gaps
        on
            counted.store_id = gaps.store_id
            and counted.metric_name = gaps.metric_name
            and counted.date_key = gaps.date_key
    where counted.date_key >= (select bounds.first_day from bounds)
)

select
    store_id,
    metric_name,
    date_key,
    days_seen,
    usual_gap_days,
    round(20 * least(1, days_seen * coalesce(usual_gap_days, 1) / 28))::smallint as frequency_points
from expected;
