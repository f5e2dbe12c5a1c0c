-- Every table, view and index of this migration, and its functions by signature.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.gold_hourly_kpis'),
    ('scout.gold_hourly_kpis_by_day'),
    ('scout.gold_business_metrics'),
    ('scout.gold_business_metrics_by_day'),
    ('scout.gold_time_of_day'),
    ('scout.gold_time_of_day_by_day'),
    ('scout.gold_sales_windows'),
    ('scout.gold_store_periods'),
    ('scout.gold_store_periods_by_start'),
    ('scout.gold_region_periods'),
    ('scout.gold_region_periods_by_start'),
    ('scout.gold_suggestion_funnel'),
    ('scout.gold_suggestion_funnel_by_day')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing layer' as problem,
    expected.layer as object
from (
    values
    ('gold/hourly_kpis'),
    ('gold/business_metrics'),
    ('gold/time_of_day'),
    ('gold/sales_windows'),
    ('gold/store_periods'),
    ('gold/region_periods'),
    ('gold/suggestion_funnel')
) as expected (layer)
where
    not exists (
        select 1
        from ops.bucket_layers as known
        where known.layer = expected.layer
    );

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.time_of_day(integer)'),
    ('scout.periods_of(date)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
