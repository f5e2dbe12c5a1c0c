-- settings of this transaction: the planner is free again to look rows up one by one, and to sort.
-- reads:  -
-- params: -
-- rerun:  safe, local to the transaction
select
    set_config('enable_nestloop', 'on', true),
    set_config('enable_sort', 'on', true);
