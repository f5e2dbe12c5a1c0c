-- scout.gold_experiment_results: takes the experiments of the buckets' stores away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the buckets
delete from scout.gold_experiment_results as figure
where figure.store_id in (select buckets.store_id from buckets);
