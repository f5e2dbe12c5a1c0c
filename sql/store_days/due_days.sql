-- due_days: the next store-days to audit: over at their store, due, and without a mark of gold. What another
-- transaction is changing at this moment is left to the next audit.
-- reads:  -
-- params: until, day_limit
-- rerun:  safe, the table is dropped with the transaction
create temporary table due_days on commit drop as
select
    store_day.store_id,
    store_day.date_key
from ops.store_days as store_day
where
    store_day.is_due
    and store_day.state <> 'open'
    and store_day.changed_at <= cast(:until as timestamptz)
    and not exists (
        select 1
        from ops.dirty_buckets as mark
        where mark.store_id = store_day.store_id and mark.date_key = store_day.date_key
    )
order by store_day.store_id, store_day.date_key
limit cast(:day_limit as bigint)
for update of store_day skip locked;
