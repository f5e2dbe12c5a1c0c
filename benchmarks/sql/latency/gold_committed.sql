-- When the last table of gold was reported by the run that began to take files after %(since)s, in seconds since 1970;
-- its event is written after its commit. Null while the run has not succeeded.
with landed as (
    select runs.run_id
    from runs
    where
        runs.pipeline_name = 'take_files' and runs.status = 'SUCCESS'
        and runs.create_timestamp > to_timestamp(%(since)s) at time zone 'UTC'
    order by runs.id desc
    limit 1
)

select extract(epoch from max(event_logs.timestamp) at time zone 'UTC')::float as committed_at
from event_logs
inner join landed on event_logs.run_id = landed.run_id
where event_logs.dagster_event_type = 'ASSET_MATERIALIZATION' and event_logs.asset_key like '["gold"%%';
