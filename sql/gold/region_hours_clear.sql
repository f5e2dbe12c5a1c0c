-- scout.gold_region_hours: takes the figures of the buckets' days away, of all regions.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_region_hours as figure
where figure.date_key in (select buckets.date_key from buckets);
