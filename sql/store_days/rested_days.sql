-- closing_days: audited store-days that ended, and changed last, more than so many days ago; locked.
-- reads:  -
-- params: rest_days, row_limit
-- rerun:  safe, the table is dropped with the transaction
create temporary table closing_days on commit drop as
select
    store_day.store_id,
    store_day.date_key
from ops.store_days as store_day
where
    store_day.state = 'audited'
    and not store_day.is_due
    and store_day.changed_at < now() - make_interval(days => cast(:rest_days as integer))
    and store_day.date_key < (now() at time zone 'utc')::date - cast(:rest_days as integer)
order by store_day.store_id, store_day.date_key
limit cast(:row_limit as bigint)
for update of store_day skip locked;
