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
    ('ops.data_quality_row_versions()'),
    ('ops.quality_has_days(text)')
) as expected (name)
where to_regprocedure(expected.name) is null;

select
    'function is of an earlier version' as problem,
    expected.name as object
from (
    values
    ('ops.raise_data_quality_issue(text, date, integer, jsonb, text, text, text)'),
    ('ops.settle_data_quality_issues(text, date, jsonb)')
) as expected (name)
where pg_get_functiondef(to_regprocedure(expected.name)) not like '%quality_has_days%';
