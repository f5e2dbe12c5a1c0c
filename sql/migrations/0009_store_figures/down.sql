delete from ops.dirty_buckets
where layer in (
    'gold/hourly_kpis', 'gold/business_metrics'
);
delete from ops.bucket_layers
where layer in (
    'gold/hourly_kpis', 'gold/business_metrics'
);
drop table scout.gold_business_metrics;
drop table scout.gold_hourly_kpis;
