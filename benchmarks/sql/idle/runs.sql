-- The runs that were asked for, by job and what asked.
select
    run.pipeline_name as job_name,
    count(distinct run.run_id) as run_count,
    coalesce(
        string_agg(distinct tag.value, ', ') filter (where tag.key in ('dagster/sensor_name', 'dagster/schedule_name')),
        'nobody'
    ) as asked_by
from runs as run
left join run_tags as tag on run.run_id = tag.run_id
group by run.pipeline_name
order by run.pipeline_name;
