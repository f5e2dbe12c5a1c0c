delete from ops.bucket_layers
where layer in (
    'gold/brand_performance'
);
drop table scout.gold_brand_performance;
