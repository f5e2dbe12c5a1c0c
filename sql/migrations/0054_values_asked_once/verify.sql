-- 0054_values_asked_once: a row for each function that is of an earlier version.
select expected.signature as outdated
from (
    values
    ('ops.quality_days(date, integer, boolean)', 'least(p_window, 400)'),
    ('ops.quality_range_guard(regclass, ops.data_quality_rules)', 'compatible'),
    ('ops.quality_grouped_condition(regclass, ops.data_quality_rules)', 'quality_tallied'),
    ('ops.quality_tallied(regclass, text)', 'buyer'),
    ('ops.quality_tallies(regclass, date)', 'standing'),
    ('ops.quality_statement(regclass, date)', 'row_rule_ids'),
    ('ops.quality_outliers(regclass, date)', 'figures as not materialized')
) as expected (signature, words)
where coalesce(strpos(pg_get_functiondef(to_regprocedure(expected.signature)), expected.words), 0) = 0;
