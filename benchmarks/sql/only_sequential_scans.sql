-- No index: what a bare sequential scan costs.
select
    set_config('enable_indexscan', 'off', true),
    set_config('enable_bitmapscan', 'off', true),
    set_config('enable_indexonlyscan', 'off', true);
