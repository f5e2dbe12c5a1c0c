drop function scout.customer_segment(smallint, smallint, smallint);
drop function scout.monetary_score(numeric);
drop function scout.frequency_score(bigint);
drop function scout.recency_score(integer);
delete from ops.bucket_layers
where layer in (
    'gold/daily_aggregates', 'gold/regional_performance', 'gold/store_performance', 'gold/product_performance'
);
drop table scout.gold_customer_insights;
drop table scout.gold_product_performance;
drop table scout.gold_store_performance;
drop table scout.gold_regional_performance;
drop table scout.gold_daily_aggregates;
