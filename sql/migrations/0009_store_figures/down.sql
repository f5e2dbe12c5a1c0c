delete from ops.dirty_buckets
where layer in (
    'gold/hourly_kpis', 'gold/business_metrics', 'gold/time_of_day', 'gold/sales_windows',
    'gold/store_periods', 'gold/region_periods', 'gold/suggestion_funnel'
);
delete from ops.bucket_layers
where layer in (
    'gold/hourly_kpis', 'gold/business_metrics', 'gold/time_of_day', 'gold/sales_windows',
    'gold/store_periods', 'gold/region_periods', 'gold/suggestion_funnel'
);
drop table scout.gold_suggestion_funnel;
drop table scout.gold_region_periods;
drop table scout.gold_store_periods;
drop function scout.periods_of(date);
drop table scout.gold_sales_windows;
drop table scout.gold_time_of_day;
drop function scout.time_of_day(integer);
drop table scout.gold_business_metrics;
drop table scout.gold_hourly_kpis;
