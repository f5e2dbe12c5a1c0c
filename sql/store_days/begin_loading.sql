-- ops.store_days: days that are over at their store, and not audited yet, are loading.
-- reads:  silver/dim_store
-- params: settle_seconds
-- rerun:  safe, a day is over once
update ops.store_days as known
set state = ops.store_day_state(true, true, 0, 0)
from ops.store_days as store_day
left join scout.dim_store as store
    on
        store_day.store_id = store.store_id
        and store_day.date_key >= store.valid_from
        and store_day.date_key < store.valid_to
where
    known.store_id = store_day.store_id
    and known.date_key = store_day.date_key
    and known.state = 'open'
    and known.is_due
    and store_day.is_due
    and ((store_day.date_key + 1)::timestamp at time zone coalesce(store.time_zone, 'UTC'))
    + make_interval(secs => :settle_seconds) <= now();
