-- statistics of the touched periods and their days: the planner chooses between index and scan by their number.
-- reads:  -
-- params: -
-- rerun:  safe
analyze touched_periods, touched_days;
