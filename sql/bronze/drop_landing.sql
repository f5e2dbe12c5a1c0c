-- landing_records and what stands on it: gone before the next file shape is staged.
-- reads:  -
-- params: -
-- rerun:  safe
drop table if exists new_versions, landing_versions, landing_customers, landing_records cascade;
