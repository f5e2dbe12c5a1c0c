-- baselines: the latest value of every metric of every benchmark, and the one before it.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with history as (
    select
        baseline.*,
        lag(baseline.value) over one_metric as previous_value,
        lead(baseline.collected_at) over one_metric is null as is_latest
    from ops.performance_baselines as baseline
    window one_metric as (partition by baseline.benchmark, baseline.metric order by baseline.collected_at)
)

select
    benchmark,
    metric,
    value,
    unit,
    previous_value,
    value / nullif(previous_value, 0) as ratio,
    goal,
    is_met,
    collected_at,
    revision
from history
where is_latest
order by benchmark, metric;
