-- Every function of this migration by its signature.
select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.checked_choice(text, text, text[])'),
    ('scout.filtered_stores(jsonb)'),
    ('scout.get_dashboard_metrics(date, date, jsonb)'),
    ('scout.get_sales_timeline(date, date, text, jsonb)'),
    ('scout.get_top_products(date, date, integer, text, text)'),
    ('scout.get_store_stats(text, date, date)'),
    ('scout.get_product_mix_tree(date)'),
    ('scout.get_basket_patterns(date, text, integer)'),
    ('scout.get_substitution_flows(date, date, integer)'),
    ('scout.get_suggestion_funnel(date, date, text)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
