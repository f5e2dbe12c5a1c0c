-- promise: events, targets and results of each experiment and store are those of silver; the lift follows from them.
-- reads:  silver/experiment_events, gold/experiment_results
-- params: -
-- rerun:  safe, read only
with measured as (
    select
        store_id,
        experiment,
        sum(1) as event_count,
        sum((actual_value is not null)::integer) as measured_count,
        sum(target_value * (actual_value is not null)::integer) as target_total,
        sum(actual_value) as actual_total
    from scout.silver_experiment_events
    group by store_id, experiment
),

broken as (
    select
        coalesce(measured.store_id, shown.store_id) as store_id,
        coalesce(measured.experiment, shown.experiment) as experiment,
        measured.measured_count as silver_value,
        shown.measured_count as gold_value
    from measured
    full join scout.gold_experiment_results as shown
        on measured.store_id = shown.store_id and measured.experiment = shown.experiment
    where
        (measured.event_count, measured.measured_count) is distinct from (shown.event_count, shown.measured_count)
        -- averages are rounded to four decimals
        or abs(measured.target_total - coalesce(shown.avg_target, 0) * shown.measured_count)
        > 0.0001 * shown.measured_count
        or abs(coalesce(measured.actual_total, 0) - coalesce(shown.avg_actual, 0) * shown.measured_count)
        > 0.0001 * shown.measured_count
        or (shown.lift_pct is null) is distinct from (measured.measured_count = 0 or measured.target_total = 0)
        or abs(shown.lift_pct * measured.target_total - 100 * (measured.actual_total - measured.target_total))
        > 0.0001 * abs(measured.target_total)
),

at_rest as (
    select * from broken
    where
        not exists (
            select 1
            from ops.dirty_buckets as mark
            where mark.store_id = broken.store_id and mark.layer = 'gold/experiment_results'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from at_rest limit 5) as example), '[]') as sample
from at_rest;
