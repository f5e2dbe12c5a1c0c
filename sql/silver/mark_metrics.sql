-- ops.dirty_buckets: (store, business day) of the touched measurements as they stand in silver; run before they are
-- described again and after it, because a correction may move one to another day or store.
-- reads:  silver/store_metrics
-- params: cause
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at)
select distinct
    measured.store_id,
    measured.date_key,
    bucket_layer.layer,
    :cause,
    -- now() is when the transaction began, and a bucket waits from its end on
    statement_timestamp()
from scout.silver_store_metrics as measured
inner join reference_touched as touched
    on touched.kind = 'store_metric' and measured.measurement_id = touched.code
cross join ops.bucket_layers as bucket_layer
where bucket_layer.follows = 'store_metrics'
order by measured.store_id, measured.date_key, bucket_layer.layer
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid, cause = excluded.cause;
