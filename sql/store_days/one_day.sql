-- closing_days: one store-day, which is locked.
-- reads:  -
-- params: store_id, day
-- rerun:  safe, the table is dropped with the transaction
create temporary table closing_days on commit drop as
select
    store_day.store_id,
    store_day.date_key
from ops.store_days as store_day
where store_day.store_id = cast(:store_id as integer) and store_day.date_key = cast(:day as date);
