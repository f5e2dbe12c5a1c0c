-- How many ticks are stored, and how many runs were asked for.
select
    (select count(*) from job_ticks) as tick_count,
    (select count(*) from runs) as run_count;
