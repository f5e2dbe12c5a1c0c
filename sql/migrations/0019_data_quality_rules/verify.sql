-- Every table, view and index of this migration, and its functions by signature.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.data_quality_tables'),
    ('ops.data_quality_rules'),
    ('ops.data_quality_metrics'),
    ('ops.data_quality_results'),
    ('ops.data_quality_issues'),
    ('ops.v_data_quality_metrics'),
    ('ops.v_data_quality_results'),
    ('ops.data_quality_rules_by_table'),
    ('ops.data_quality_issues_once'),
    ('ops.data_quality_issues_by_day'),
    ('ops.incidents'),
    ('ops.incidents_by_day'),
    ('ops.unchecked_days')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('ops.raise_data_quality_issue(text, date, integer, jsonb, text, text, text)'),
    ('ops.resolve_data_quality_issues(text, date, jsonb)'),
    ('ops.settle_data_quality_issues(text, date, jsonb)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
