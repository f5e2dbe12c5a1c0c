-- 0049_grouped_conditions: each SELECT returns what is missing.
select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('ops.quality_grouped_condition(regclass, ops.data_quality_rules)'),
    ('ops.quality_range_guard(regclass, ops.data_quality_rules)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'function is of an earlier version' as problem,
    'ops.quality_statement(regclass, date)' as object
where
    strpos(
        pg_get_functiondef(to_regprocedure('ops.quality_statement(regclass, date)')), 'quality_grouped_condition'
    ) = 0;
