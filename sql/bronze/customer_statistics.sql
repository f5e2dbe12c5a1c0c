-- statistics of the landing customers: without them the planner takes them for a handful.
-- reads:  -
-- params: -
-- rerun:  safe
analyze landing_customers;
