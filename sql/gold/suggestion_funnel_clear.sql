-- scout.gold_suggestion_funnel: takes the figures of the buckets away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_suggestion_funnel as figure
using buckets
where figure.store_id = buckets.store_id and figure.date_key = buckets.date_key;
