-- ops.dirty_buckets: (store, day) of the touched measurements, promotions, approvals and experiments as they stand
-- in silver; run before they are described again and after it, because a correction may move one elsewhere.
-- ops.dirty_buckets: (store, day) of the touched measurements, promotions, approvals and experiment events as they
-- stand in silver; run before they are described again and after it, because a correction may move one elsewhere.
-- reads:  silver/store_metrics, silver/promotions, silver/promotion_approvals, silver/experiment_events
-- params: cause
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
with touched_days as (
    select
        measured.store_id,
        measured.date_key,
        'store_metrics' as follows
    from scout.silver_store_metrics as measured
    inner join reference_touched as touched
        on touched.kind = 'store_metric' and measured.measurement_id = touched.code
    union
    select
        promotion.store_id,
        (promotion.created_at at time zone 'Asia/Manila')::date as date_key,
        'promotions' as follows
    from scout.silver_promotions as promotion
    inner join reference_touched as touched
        on touched.kind = 'promotion' and promotion.promotion_id = touched.code
    union
    select
        promotion.store_id,
        (promotion.created_at at time zone 'Asia/Manila')::date as date_key,
        'promotions' as follows
    from scout.silver_promotions as promotion
    inner join scout.silver_promotion_approvals as approval on promotion.promotion_id = approval.promotion_id
    inner join reference_touched as touched
        on touched.kind = 'approval' and approval.approval_id = touched.code
    union
    select
        event.store_id,
        (event.occurred_at at time zone 'Asia/Manila')::date as date_key,
        'experiments' as follows
    from scout.silver_experiment_events as event
    inner join reference_touched as touched
        on touched.kind = 'experiment_event' and event.event_id = touched.code
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
