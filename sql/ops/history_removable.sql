-- history of Dagster: what pruning would take away, in words; null when it would take nothing.
-- The conditions are those of history_prune_runs, history_prune_runless and history_prune_ticks.
-- reads:  -
-- params: days
-- rerun:  safe, read only
with old as (
    select
        runs.id,
        runs.run_id,
        runs.pipeline_name
    from runs
    where
        runs.status in ('SUCCESS', 'FAILURE', 'CANCELED')
        and coalesce(runs.end_time, extract(epoch from runs.update_timestamp at time zone 'UTC'))
        < extract(epoch from now() - make_interval(days => :days))
),

evaluations as not materialized (
    select
        evaluation.run_id,
        evaluation.evaluation_event_storage_id as event_id,
        not exists (
            select 1
            from asset_check_executions as later
            where
                later.asset_key = evaluation.asset_key
                and later.check_name = evaluation.check_name
                and later.partition is not distinct from evaluation.partition
                and later.id > evaluation.id
        ) as is_current
    from asset_check_executions as evaluation
),

events as not materialized (
    select
        event.run_id,
        coalesce(event.dagster_event_type like 'PIPELINE\_%', false) as is_of_run,
        coalesce(
            event.asset_key is not null
            and event.dagster_event_type is not null
            and not exists (
                select 1
                from event_logs as later
                where
                    later.asset_key = event.asset_key
                    and later.dagster_event_type = event.dagster_event_type
                    and later.partition is not distinct from event.partition
                    and later.id > event.id
            ),
            false
        )
        or exists (
            select 1
            from evaluations
            where
                evaluations.run_id = event.run_id
                and evaluations.event_id = event.id
                and evaluations.is_current
        ) as is_current
    from event_logs as event
),

found as (
    select 'runs' as kind
    where
        exists (
            select 1
            from old
            where
                exists (
                    select 1 from runs as later
                    where later.pipeline_name = old.pipeline_name and later.id > old.id
                )
                and not exists (
                    select 1 from evaluations
                    where evaluations.run_id = old.run_id and evaluations.is_current
                )
                and not exists (
                    select 1 from events
                    where events.run_id = old.run_id and events.is_current
                )
        )
    union all
    select 'evaluations' as kind
    where
        exists (
            select 1
            from old
            inner join evaluations on old.run_id = evaluations.run_id
            where not evaluations.is_current
        )
    union all
    select 'events' as kind
    where
        exists (
            select 1
            from old
            inner join events on old.run_id = events.run_id
            where not events.is_current and not events.is_of_run
        )
    union all
    select 'events of no run' as kind
    where
        exists (
            select 1
            from event_logs as event
            where
                event.timestamp < (now() - make_interval(days => :days)) at time zone 'UTC'
                and not exists (
                    select 1 from runs
                    where runs.run_id = event.run_id
                )
                and (
                    event.asset_key is null
                    or exists (
                        select 1
                        from event_logs as later
                        where
                            later.asset_key = event.asset_key
                            and later.dagster_event_type = event.dagster_event_type
                            and later.partition is not distinct from event.partition
                            and later.id > event.id
                    )
                )
                and not exists (
                    select 1 from asset_check_executions as evaluation
                    where evaluation.evaluation_event_storage_id = event.id
                )
        )
    union all
    select 'ticks' as kind
    where
        exists (
            select 1
            from job_ticks as tick
            where
                tick.timestamp < (now() - make_interval(days => :days)) at time zone 'UTC'
                and exists (
                    select 1
                    from job_ticks as later
                    where
                        later.job_origin_id is not distinct from tick.job_origin_id
                        and later.selector_id is not distinct from tick.selector_id
                        and later.timestamp > tick.timestamp
                )
        )
)

select string_agg(found.kind, ', ' order by found.kind) as removable
from found;
