-- ops.dirty_buckets: stores and days of every feed record, for the layers kept by them; for a full computation.
-- reads:  silver/store_metrics, silver/promotions, silver/experiment_events
-- params: cause
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
with touched_days as (
    select
        store_id,
        date_key,
        'store_metrics' as follows
    from scout.silver_store_metrics
    union
    select
        store_id,
        (created_at at time zone 'Asia/Manila')::date as date_key,
        'promotions' as follows
    from scout.silver_promotions
    union
    select
        store_id,
        (max(occurred_at) at time zone 'Asia/Manila')::date as date_key,
        'experiments' as follows
    from scout.silver_experiment_events
    group by store_id
)

insert into ops.dirty_buckets (store_id, date_key, layer, cause, marked_at)
select
    touched_days.store_id,
    touched_days.date_key,
    bucket_layer.layer,
    :cause,
    -- now() is when the transaction began, and a bucket waits from its end on
    clock_timestamp()
from touched_days
inner join ops.bucket_layers as bucket_layer on touched_days.follows = bucket_layer.follows
order by touched_days.store_id, touched_days.date_key, bucket_layer.layer
on conflict (store_id, date_key, layer) do update
    set marked_xid = excluded.marked_xid, cause = excluded.cause;
