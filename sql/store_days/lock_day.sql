-- ops.store_days: one store-day, locked against the audit and against changes until the transaction ends.
-- reads:  -
-- params: store_code, day
-- rerun:  safe
select
    store_day.store_id,
    registry.store_code,
    store_day.date_key,
    store_day.state,
    store_day.is_due,
    store_day.error_count
from ops.store_days as store_day
inner join scout.store_registry as registry on store_day.store_id = registry.store_id
where registry.store_code = upper(btrim(cast(:store_code as text))) and store_day.date_key = cast(:day as date)
for update of store_day;
