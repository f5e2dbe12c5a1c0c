-- Every table, view and index of this migration, and its functions by signature.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.gold_daily_aggregates'),
    ('scout.gold_regional_performance'),
    ('scout.gold_store_performance'),
    ('scout.gold_product_performance'),
    ('scout.gold_customer_insights'),
    ('scout.gold_daily_aggregates_by_day'),
    ('scout.gold_regional_performance_by_day'),
    ('scout.gold_product_performance_by_month')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.recency_score(integer)'),
    ('scout.frequency_score(bigint)'),
    ('scout.monetary_score(numeric)'),
    ('scout.customer_segment(smallint, smallint, smallint)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
