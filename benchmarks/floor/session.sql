-- Memory as the pipeline's own transactions have it.
set timezone = 'UTC';
set jit = 'off';
set work_mem = '64MB';
set hash_mem_multiplier = 2;
