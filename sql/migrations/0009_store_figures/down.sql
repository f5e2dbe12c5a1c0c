delete from ops.dirty_buckets
where layer in (
    'gold/hourly_kpis'
);
delete from ops.bucket_layers
where layer in (
    'gold/hourly_kpis'
);
drop table scout.gold_hourly_kpis;
