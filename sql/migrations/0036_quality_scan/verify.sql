-- 0036_quality_scan: each SELECT returns what is missing.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.data_quality_registry')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.name as object
from (
    values
    ('ops.data_quality_row_versions()')
) as expected (name)
where to_regprocedure(expected.name) is null;
