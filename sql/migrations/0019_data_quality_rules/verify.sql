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
    ('ops.changed_days'),
    ('ops.v_due_checks'),
    ('ops.code_prices'),
    ('ops.code_prices_by_day')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('ops.raise_data_quality_issue(text, date, integer, jsonb, text, text, text)'),
    ('ops.resolve_data_quality_issues(text, date, jsonb)'),
    ('ops.settle_data_quality_issues(text, date, jsonb)'),
    ('ops.register_data_quality_rules(jsonb)'),
    ('ops.quality_column(regclass, text)'),
    ('ops.quality_range(regclass, text, text, date)'),
    ('ops.quality_condition(regclass, ops.data_quality_rules)'),
    ('ops.quality_statement(regclass, date)'),
    ('ops.quality_days(date, integer, boolean)'),
    ('ops.quality_outliers(regclass, date)'),
    ('ops.quality_silent(regclass, ops.data_quality_rules, date)'),
    ('ops.quality_volume(ops.data_quality_rules, date, bigint)'),
    ('ops.quality_freshness(ops.data_quality_rules, date, timestamptz)'),
    ('ops.quality_schema(regclass, ops.data_quality_rules)'),
    ('ops.quality_reconciliation(ops.data_quality_rules, date, numeric)'),
    ('ops.quality_waits(text, date)'),
    ('ops.quality_query(text, date)'),
    ('ops.check_data_quality(regclass, date)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'missing type' as problem,
    'ops.quality_outcome' as object
where to_regtype('ops.quality_outcome') is null;
