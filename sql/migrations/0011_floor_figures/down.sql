drop view scout.v_sale_warnings;
drop view scout.v_device_sequence_gaps;
delete from ops.bucket_layers
where layer in (
    'gold/request_behavior', 'gold/demographics', 'gold/latest_store_metrics', 'gold/promotion_summary',
    'gold/experiment_results'
);
delete from ops.dirty_buckets
where layer in (
    'gold/request_behavior', 'gold/demographics', 'gold/latest_store_metrics', 'gold/promotion_summary',
    'gold/experiment_results'
);
drop table scout.gold_experiment_results;
drop table scout.gold_promotion_summary;
drop table scout.gold_latest_store_metrics;
drop table scout.gold_demographics;
drop table scout.gold_request_behavior;
drop table scout.dim_date;
alter table ops.bucket_layers drop column follows;
