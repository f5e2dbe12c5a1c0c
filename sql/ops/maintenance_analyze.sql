-- maintenance analyze: the planner's statistics of one table; of a partitioned one those of all its months too.
-- reads:  -
-- params: target
-- rerun:  safe, draws a new sample
analyze (skip_locked) {target};
