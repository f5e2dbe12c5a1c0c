-- 0038_quality_scan: each SELECT returns what is missing.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.data_quality_registry'),
    ('ops.line_shares'),
    ('ops.line_shares_by_day')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.name as object
from (
    values
    ('ops.data_quality_row_versions()'),
    ('ops.quality_has_days(text)'),
    ('ops.quality_tallies(regclass, date)'),
    ('ops.keep_quality_tallies(regclass, date)')
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

select
    'function is of an earlier version' as problem,
    'ops.quality_statement(regclass, date)' as object
from pg_proc as routine
where
    routine.oid = to_regprocedure('ops.quality_statement(regclass, date)')
    and position('tallies' in routine.prosrc) = 0;
