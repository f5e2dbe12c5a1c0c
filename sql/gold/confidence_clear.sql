-- scout.gold_confidence: takes the figures of the buckets' days away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_confidence as figure
using buckets
where figure.store_id = buckets.store_id and figure.date_key = buckets.date_key;
