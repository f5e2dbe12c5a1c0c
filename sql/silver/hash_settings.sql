-- settings of this transaction: hash what joins and groups all lines of a window. The planner takes the join with the
-- versions of stores for a few rows, and would look each line up in turn, and then sort them all.
-- reads:  -
-- params: -
-- rerun:  safe, local to the transaction
select
    set_config('enable_nestloop', 'off', true),
    set_config('enable_sort', 'off', true);
