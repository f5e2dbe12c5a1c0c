-- scout.gold_sales_windows: takes the windows of the touched stores away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_sales_windows as figure
using touched_stores
where figure.store_id = touched_stores.store_id;
