-- history of Dagster: one batch of old ticks, also of sensors and schedules that exist no more, which Dagster forgets.
-- The newest tick of each stays; where a sensor stands (its cursor, its last run key) is kept elsewhere.
-- reads:  -
-- params: days, row_limit
-- rerun:  safe, what is gone is not found again
with old as (
    select tick.id
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
    order by tick.id
    limit :row_limit
),

gone as (
    delete from job_ticks
    using old
    where job_ticks.id = old.id
    returning job_ticks.id
)

select count(*) as ticks
from gone;
