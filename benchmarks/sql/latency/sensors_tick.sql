-- How many ticks of sensors there were; null before the first.
select nullif(count(*), 0) as tick_count
from job_ticks
where type = 'SENSOR';
