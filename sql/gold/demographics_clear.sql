-- scout.gold_demographics: takes the figures of the buckets' weeks away, in all regions.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_demographics as figure
where figure.week_start in (select date_trunc('week', buckets.date_key)::date from buckets);
