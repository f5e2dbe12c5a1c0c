-- ops.store_days: audited days whose labels change are due, and with them the days that learn from them.
-- reads:  -
-- params: store_id, first_date, last_date
-- rerun:  safe, due days stay due
update ops.store_days
set is_changed = true, is_due = true
where
    date_key between cast(:first_date as date) and cast(:last_date as date)
    and store_id = coalesce(cast(:store_id as integer), store_id)
    and audited_at is not null;
