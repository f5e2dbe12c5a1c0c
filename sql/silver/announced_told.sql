-- scout.dimension_records: what was announced for a day that has come is in force, and no longer announced.
-- reads:  -
-- params: time_zone
-- rerun:  safe, in the transaction that describes them
update scout.dimension_records
set is_announced = false
where is_announced and valid_from <= (now() at time zone cast(:time_zone as text))::date;
