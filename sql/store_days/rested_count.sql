-- How many store-days the policy would close now.
-- reads:  -
-- params: rest_days
-- rerun:  reads only
select count(*) as day_count
from ops.store_days as store_day
where
    store_day.state = 'audited'
    and not store_day.is_due
    and store_day.changed_at < now() - make_interval(days => cast(:rest_days as integer))
    and store_day.date_key < (now() at time zone 'utc')::date - cast(:rest_days as integer);
