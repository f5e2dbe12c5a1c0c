-- 0027_query_mending: what is missing, the view, the function, or one of the functions that ask it.
select
    'missing view' as problem,
    'scout.v_transactions' as object
where to_regclass('scout.v_transactions') is null
union all
select
    'missing function',
    'scout.known_value(text, text)'
where to_regprocedure('scout.known_value(text, text)') is null
union all
select
    'function does not ask scout.known_value',
    expected.signature
from (
    values
    ('scout.filtered_stores(jsonb)'),
    ('scout.timeline_subject(jsonb)'),
    ('scout.get_top_products(date, date, integer, text, text)'),
    ('scout.get_store_stats(text, date, date)'),
    ('scout.get_product_mix_tree(date, text)'),
    ('scout.get_suggestion_funnel(date, date, text)')
) as expected (signature)
where
    to_regprocedure(expected.signature) is null
    or strpos(pg_get_functiondef(to_regprocedure(expected.signature)), 'known_value') = 0;
