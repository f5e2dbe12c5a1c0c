-- history of Dagster: what pruning would look at: runs that ended long ago, and their events.
-- reads:  -
-- params: days
-- rerun:  safe, reads only
with old as (
    select runs.run_id
    from runs
    where
        runs.status in ('SUCCESS', 'FAILURE', 'CANCELED')
        and coalesce(runs.end_time, extract(epoch from runs.update_timestamp at time zone 'UTC'))
        < extract(epoch from now() - make_interval(days => :days))
)

select
    (select count(*) from old) as runs,
    (
        select count(*) from event_logs as event
        where event.run_id in (select old.run_id from old)
    ) as events,
    (
        select count(*) from job_ticks as tick
        where tick.timestamp < (now() - make_interval(days => :days)) at time zone 'UTC'
    ) as ticks;
