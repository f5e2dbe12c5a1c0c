-- statistics of the touched stores: the planner chooses between index and scan by their number.
-- reads:  -
-- params: -
-- rerun:  safe
analyze touched_stores;
