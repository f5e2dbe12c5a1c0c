-- statistics of the touched customers: the planner chooses between index and scan by their number.
-- reads:  -
-- params: -
-- rerun:  safe
analyze touched_customers;
