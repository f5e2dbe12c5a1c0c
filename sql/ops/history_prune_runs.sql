-- history of Dagster: one batch of runs that ended long ago, with their events, evaluations and tags.
-- What is current stays, and so does the run that wrote it: the latest event of each kind of an asset and partition,
-- the latest evaluation of each check, the newest run of each job. Runs under way are not looked at.
-- reads:  -
-- params: after_id, days, row_limit
-- rerun:  safe, what is gone is not found again
with batch as (
    select
        runs.id,
        runs.run_id,
        not exists (
            select 1
            from runs as later
            where later.pipeline_name = runs.pipeline_name and later.id > runs.id
        ) as is_newest
    from runs
    where
        runs.id > :after_id
        and runs.status in ('SUCCESS', 'FAILURE', 'CANCELED')
        and coalesce(runs.end_time, extract(epoch from runs.update_timestamp at time zone 'UTC'))
        < extract(epoch from now() - make_interval(days => :days))
    order by runs.id
    limit :row_limit
),

evaluations as materialized (
    select
        evaluation.id,
        evaluation.run_id,
        evaluation.evaluation_event_storage_id,
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
    inner join batch on evaluation.run_id = batch.run_id
),

events as materialized (
    select
        event.id,
        event.run_id,
        event.dagster_event_type like 'PIPELINE\_%' as is_of_run,
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
        or event.id in (
            select evaluations.evaluation_event_storage_id
            from evaluations
            where evaluations.is_current and evaluations.evaluation_event_storage_id is not null
        ) as is_current
    from event_logs as event
    inner join batch on event.run_id = batch.run_id
),

kept_runs as materialized (
    select batch.run_id
    from batch
    where batch.is_newest

    union

    select evaluations.run_id
    from evaluations
    where evaluations.is_current

    union

    select events.run_id
    from events
    where events.is_current
),

gone_events as (
    delete from event_logs as event
    using events
    where
        event.id = events.id
        and not events.is_current
        -- a run that stays keeps its beginning and its end
        and not (
            coalesce(events.is_of_run, false) and events.run_id in (select kept_runs.run_id from kept_runs)
        )
    returning event.id
),

gone_tags as (
    delete from asset_event_tags as tag
    using events
    where tag.event_id = events.id and not events.is_current
    returning tag.id
),

gone_evaluations as (
    delete from asset_check_executions as evaluation
    using evaluations
    where evaluation.id = evaluations.id and not evaluations.is_current
    returning evaluation.id
),

gone_runs as (
    delete from runs
    using batch
    where runs.id = batch.id and batch.run_id not in (select kept_runs.run_id from kept_runs)
    returning runs.run_id
)

select
    (select max(batch.id) from batch) as last_id,
    (select count(*) from gone_events) as events,
    (select count(*) from gone_tags) as tags,
    (select count(*) from gone_evaluations) as evaluations,
    (select coalesce(array_agg(gone_runs.run_id), '{}') from gone_runs) as run_ids;
