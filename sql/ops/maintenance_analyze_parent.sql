-- maintenance analyze parent: the planner's statistics of a partitioned table over all months, not those of each.
-- From PostgreSQL 18 on.
-- reads:  -
-- params: target
-- rerun:  safe, draws a new sample
analyze (skip_locked) only {target};
