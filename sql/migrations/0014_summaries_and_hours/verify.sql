-- Every table, view, index and routine of this migration.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.gold_region_hours'),
    ('scout.gold_region_hours_by_day'),
    ('scout.gold_brand_hours'),
    ('scout.gold_brand_hours_by_day'),
    ('scout.gold_category_hours'),
    ('scout.gold_category_hours_by_day'),
    ('scout.gold_store_product_summary'),
    ('scout.gold_store_product_summary_by_product'),
    ('scout.gold_store_activity_stats'),
    ('scout.gold_store_activity_stats_by_status'),
    ('scout.mv_global_product_stats'),
    ('scout.mv_global_product_stats_grain')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.activity_status(integer)'),
    ('scout.timeline_subject(jsonb)'),
    ('scout.get_product_mix_tree(date, text)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
