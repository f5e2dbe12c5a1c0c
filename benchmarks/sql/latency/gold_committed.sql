-- When the run that began to take files after %(since)s had committed all of gold, in seconds since 1970: it tells the
-- graph its first table right after that. Null while the run has not succeeded.
with landed as (
    select runs.run_id
    from runs
    where
        runs.pipeline_name = 'take_files' and runs.status = 'SUCCESS'
        and runs.create_timestamp > to_timestamp(%(since)s) at time zone 'UTC'
    order by runs.id
    limit 1
)

select extract(epoch from min(event_logs.timestamp) at time zone 'UTC')::float as committed_at
from event_logs
inner join landed on event_logs.run_id = landed.run_id
where event_logs.dagster_event_type = 'ASSET_MATERIALIZATION';
