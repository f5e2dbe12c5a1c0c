-- scout.gold_store_activity_stats: takes the figures of the touched stores away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_store_activity_stats as figure
using touched_stores
where figure.store_id = touched_stores.store_id;
