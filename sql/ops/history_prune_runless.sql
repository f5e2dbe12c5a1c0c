-- history of Dagster: one batch of old events that belong to no run: of freshness, or reported from outside.
-- The latest of each kind of an asset and partition stays.
-- reads:  -
-- params: days, row_limit
-- rerun:  safe, what is gone is not found again
with old as (
    select event.id
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
    order by event.id
    limit :row_limit
),

gone_tags as (
    delete from asset_event_tags as tag
    using old
    where tag.event_id = old.id
),

gone as (
    delete from event_logs
    using old
    where event_logs.id = old.id
    returning event_logs.id
)

select count(*) as events
from gone;
