-- 0036_shop_floor_mending: each SELECT returns what is missing.
select
    'function is missing' as problem,
    'scout.parse_measure(text)' as object
where to_regprocedure('scout.parse_measure(text)') is null;
