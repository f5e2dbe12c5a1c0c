-- settings of this transaction: parsing a large window is worth a second core and memory to sort in.
-- reads:  -
-- params: -
-- rerun:  safe, local to the transaction
select
    set_config('parallel_tuple_cost', '0.001', true),
    set_config('max_parallel_workers_per_gather', '2', true),
    set_config('work_mem', '192MB', true);
