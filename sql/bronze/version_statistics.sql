-- statistics of the new versions: without them the planner takes a full load for a handful of rows.
-- reads:  -
-- params: -
-- rerun:  safe
analyze new_versions;
