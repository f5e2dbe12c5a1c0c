-- scout.gold_substitution_flows: takes the figures of the buckets' days away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_substitution_flows as figure
where figure.date_key in (select buckets.date_key from buckets);
