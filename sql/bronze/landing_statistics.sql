-- statistics of the staging table: without them the planner takes a full load for a handful of rows.
-- reads:  -
-- params: -
-- rerun:  safe
analyze landing_records (batch_id);
