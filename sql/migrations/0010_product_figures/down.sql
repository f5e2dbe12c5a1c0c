delete from ops.dirty_buckets
where layer in (
    'gold/brand_performance',
    'gold/category_summary',
    'gold/product_mix',
    'gold/basket_patterns',
    'gold/substitution_flows',
    'gold/brand_periods',
    'gold/category_periods'
);
delete from ops.bucket_layers
where layer in (
    'gold/brand_performance',
    'gold/category_summary',
    'gold/product_mix',
    'gold/basket_patterns',
    'gold/substitution_flows',
    'gold/brand_periods',
    'gold/category_periods'
);
drop table scout.gold_category_periods;
drop table scout.gold_brand_periods;
drop table scout.gold_substitution_flows;
drop table scout.gold_basket_patterns;
drop table scout.gold_product_mix;
drop table scout.gold_category_summary;
drop table scout.gold_brand_performance;
