-- Confidence and the sweep, undone.
drop table ops.sweep_findings;
drop table ops.reconciliation_sweeps;
drop view ops.v_quality_bands;
drop view scout.v_store_metrics_with_confidence;
drop view scout.v_daily_aggregates_with_confidence;
delete from ops.dirty_buckets
where layer = 'gold/confidence';
delete from ops.bucket_layers
where layer = 'gold/confidence';
drop table scout.gold_confidence;
drop function scout.confidence_band(integer);
drop function scout.agreement_pct(numeric, numeric);
drop function scout.source_points(text);
drop function scout.is_daily_metric(text);
drop function scout.is_critical_metric(text);
alter table ops.bucket_layers drop constraint bucket_layers_pkey;
alter table ops.bucket_layers add constraint bucket_layers_pkey primary key (layer);
