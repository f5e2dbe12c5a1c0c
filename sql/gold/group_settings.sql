-- settings of this transaction: memory to group all lines of many days by sale and code without files.
-- reads:  -
-- params: -
-- rerun:  safe, local to the transaction
select set_config('work_mem', '64MB', true);
