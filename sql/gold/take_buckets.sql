-- ops.dirty_buckets: takes marks of one layer, newest days first; deleted before the facts are read, so that a change
-- that commits later marks again.
-- reads:  -
-- params: layer, bucket_limit
-- rerun:  safe, marks come back when the transaction fails
with newest as (
    select
        store_id,
        date_key,
        layer
    from ops.dirty_buckets
    where layer = :layer
    order by date_key desc, store_id asc
    limit cast(:bucket_limit as bigint)
),

taken as (
    delete from ops.dirty_buckets as mark
    using newest
    where
        mark.store_id = newest.store_id
        and mark.date_key = newest.date_key
        and mark.layer = newest.layer
    returning mark.store_id, mark.date_key, mark.cause
)

insert into buckets (store_id, date_key, cause)
select
    store_id,
    date_key,
    cause
from taken;
