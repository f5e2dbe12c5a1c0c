-- touched_metrics: the metrics that the buckets may have changed: measured on a bucket's day, or shown from it. A day
-- before the one that is shown changes nothing.
-- reads:  silver/store_metrics, gold/latest_store_metrics
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table touched_metrics on commit drop as
select
    measured.store_id,
    measured.metric_name
from buckets
inner join scout.silver_store_metrics as measured
    on buckets.store_id = measured.store_id and buckets.date_key = measured.date_key
left join scout.gold_latest_store_metrics as shown
    on measured.store_id = shown.store_id and measured.metric_name = shown.metric_name
where shown.date_key is null or shown.date_key <= buckets.date_key
union
select
    shown.store_id,
    shown.metric_name
from buckets
inner join scout.gold_latest_store_metrics as shown
    on buckets.store_id = shown.store_id and buckets.date_key = shown.date_key;
