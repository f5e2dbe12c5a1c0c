-- statistics of the window's tables: without them the planner takes a full load for a handful of rows.
-- reads:  -
-- params: -
-- rerun:  safe
analyze window_transactions, window_superseded;
