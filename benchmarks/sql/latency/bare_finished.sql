-- When the bare job's run of that key ended, in seconds since 1970; null while it has not.
select max(runs.end_time) as ended_at
from runs
inner join run_tags on runs.run_id = run_tags.run_id
where run_tags.key = 'dagster/run_key' and run_tags.value = %(name)s and runs.status = 'SUCCESS';
