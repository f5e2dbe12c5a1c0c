-- ops.dirty_buckets: (store, business day) of the latest measurement of every metric; an older one is shown nowhere.
-- reads:  silver/store_metrics
-- params: cause
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at)
select distinct
    latest.store_id,
    latest.date_key,
    bucket_layer.layer,
    :cause,
    -- now() is when the transaction began, and a bucket waits from its end on
    statement_timestamp()
from (
    select
        store_id,
        metric_name,
        max(date_key) as date_key
    from scout.silver_store_metrics
    group by store_id, metric_name
) as latest
cross join ops.bucket_layers as bucket_layer
where bucket_layer.follows = 'store_metrics'
order by latest.store_id, latest.date_key, bucket_layer.layer
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid, cause = excluded.cause;
