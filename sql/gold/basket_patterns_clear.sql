-- scout.gold_basket_patterns: takes the figures of the buckets' months away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_basket_patterns as figure
where figure.month in (select date_trunc('month', buckets.date_key)::date from buckets);
