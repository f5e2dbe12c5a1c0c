-- scout.gold_request_behavior: takes the figures of the buckets' days away, in all regions.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_request_behavior as figure
where figure.date_key in (select buckets.date_key from buckets);
