-- No index, and one process, as the check is one: what a bare sequential scan costs.
select
    set_config('enable_indexscan', 'off', true),
    set_config('enable_bitmapscan', 'off', true),
    set_config('enable_indexonlyscan', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true);
