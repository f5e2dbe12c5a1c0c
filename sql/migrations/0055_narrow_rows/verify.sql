-- 0055_narrow_rows: a row for each function that is of an earlier version.
select expected.signature as outdated
from (
    values
    ('ops.quality_condition(regclass, ops.data_quality_rules)', '%1$s <> (%2$s)'),
    ('ops.quality_hash(regclass, text[])', 'to_regprocedure'),
    ('ops.quality_tallied(regclass, text)', 'sales_by_customer'),
    ('ops.quality_grouped_condition(regclass, ops.data_quality_rules)', 'as t where'),
    ('ops.quality_tallies(regclass, date)', 'tallies.summed'),
    ('ops.quality_statement(regclass, date)', 'totals_are_grouped'),
    ('ops.quality_volume(ops.data_quality_rules, date, bigint)', 'latest')
) as expected (signature, words)
where coalesce(strpos(pg_get_functiondef(to_regprocedure(expected.signature)), expected.words), 0) = 0;
