-- ops.dirty_buckets: every (store, business day) of silver, once for every layer that follows sales.
-- reads:  silver/transactions_cleaned
-- params: cause
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at)
select
    touched.store_id,
    touched.date_key,
    bucket_layer.layer,
    :cause,
    -- now() is when the transaction began, and a bucket waits from its end on
    clock_timestamp()
from (
    select distinct
        store_id,
        date_key
    from scout.silver_transaction_keys
) as touched
cross join ops.bucket_layers as bucket_layer
where bucket_layer.follows = 'transactions'
order by touched.store_id, touched.date_key, bucket_layer.layer
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid, cause = excluded.cause;
