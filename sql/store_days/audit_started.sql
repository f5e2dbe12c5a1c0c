-- The moment from which on an audit leaves changes to the next one.
-- reads:  -
-- params: -
-- rerun:  reads only
select clock_timestamp() as started_at;
