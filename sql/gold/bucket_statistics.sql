-- statistics of the taken buckets: the planner chooses between index and scan by their number.
-- reads:  -
-- params: -
-- rerun:  safe
analyze buckets;
