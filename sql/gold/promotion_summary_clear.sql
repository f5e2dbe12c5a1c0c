-- scout.gold_promotion_summary: takes the figures of the buckets' days away, of every status.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_promotion_summary as figure
where figure.created_on in (select buckets.date_key from buckets);
