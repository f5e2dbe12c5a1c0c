delete from ops.bucket_layers
where layer in (
    'gold/brand_performance',
    'gold/category_summary'
);
drop table scout.gold_category_summary;
drop table scout.gold_brand_performance;
