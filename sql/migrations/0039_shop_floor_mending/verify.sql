-- 0039_shop_floor_mending: each SELECT returns what is missing.
select
    'function is missing' as problem,
    wanted.function as object
from (
    values
    ('scout.parse_measure(text)'),
    ('scout.whole_months_from(date, date)'),
    ('scout.checked_days(date, date)'),
    ('scout.asked_month(date)'),
    ('scout.checked_sku(text)')
) as wanted (function)
where to_regprocedure(wanted.function) is null;

select
    'function is of an earlier version' as problem,
    'scout.get_top_products(date, date, integer, text, text)' as object
where
    pg_get_functiondef(to_regprocedure('scout.get_top_products(date, date, integer, text, text)')) not like
    '%checked_days%';

select
    'view is missing' as problem,
    'scout.v_open_promotions' as object
where to_regclass('scout.v_open_promotions') is null;
