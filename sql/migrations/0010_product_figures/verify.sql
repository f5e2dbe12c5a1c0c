-- Every table and index of this migration.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.gold_brand_performance'),
    ('scout.gold_brand_performance_by_day'),
    ('scout.gold_category_summary'),
    ('scout.gold_category_summary_by_day'),
    ('scout.gold_product_mix'),
    ('scout.gold_basket_patterns'),
    ('scout.gold_basket_patterns_by_second_sku'),
    ('scout.gold_substitution_flows'),
    ('scout.gold_substitution_flows_by_product'),
    ('scout.gold_brand_periods'),
    ('scout.gold_brand_periods_by_period'),
    ('scout.gold_category_periods'),
    ('scout.gold_category_periods_by_period')
) as expected (name)
where to_regclass(expected.name) is null;
