-- 0023_quality_mending: each SELECT returns what is missing.
select
    'missing column' as problem,
    'ops.code_prices.list_price' as object
where
    not exists (
        select
        from pg_attribute as a
        where a.attrelid = to_regclass('ops.code_prices') and a.attname = 'list_price' and not a.attisdropped
    );

select
    'function is of an earlier version' as problem,
    'ops.quality_outliers(regclass, date)' as object
from pg_proc as routine
where
    routine.oid = to_regprocedure('ops.quality_outliers(regclass, date)')
    and position('noise' in routine.prosrc) = 0;

select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.day_shares'),
    ('ops.day_shares_by_day')
) as expected (name)
where to_regclass(expected.name) is null;
