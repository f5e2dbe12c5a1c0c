-- audited_days: of the due days, which are locked now, those that still have no mark of gold; nothing changes them
-- until this transaction ends.
-- reads:  silver/dim_store
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table audited_days on commit drop as
select
    store_day.store_id,
    store_day.date_key,
    store_day.is_changed,
    (store_day.date_key + 1)::timestamp at time zone coalesce(store.time_zone, 'UTC') as ends_at
from due_days
inner join ops.store_days as store_day
    on due_days.store_id = store_day.store_id and due_days.date_key = store_day.date_key
left join scout.dim_store as store
    on
        store_day.store_id = store.store_id
        and store_day.date_key >= store.valid_from
        and store_day.date_key < store.valid_to
where
    not exists (
        select 1
        from ops.dirty_buckets as mark
        where mark.store_id = store_day.store_id and mark.date_key = store_day.date_key
    );
