-- scout.gold_latest_store_metrics: takes the touched metrics away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_latest_store_metrics as shown
using touched_metrics as touched
where shown.store_id = touched.store_id and shown.metric_name = touched.metric_name;
