-- scout.gold_experiment_results: all experiments of the buckets' stores; targets and results of measured events only,
-- so that both averages are about the same events.
-- reads:  silver/experiment_events
-- params: -
-- rerun:  safe, the stores' rows were removed in the same transaction
with results as (
    select
        event.store_id,
        event.experiment,
        count(*) as event_count,
        count(event.actual_value) as measured_count,
        avg(event.target_value) filter (where event.actual_value is not null) as avg_target,
        avg(event.actual_value) as avg_actual
    from scout.silver_experiment_events as event
    where event.store_id in (select buckets.store_id from buckets)
    group by event.store_id, event.experiment
),

written as (
    insert into scout.gold_experiment_results (
        store_id, experiment, event_count, measured_count, avg_target, avg_actual, lift_pct
    )
    select
        store_id,
        experiment,
        event_count,
        measured_count,
        round(avg_target, 4) as avg_target,
        round(avg_actual, 4) as avg_actual,
        round((avg_actual / nullif(avg_target, 0) - 1) * 100, 4) as lift_pct
    from results
    returning event_count
)

select
    coalesce(sum(event_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
