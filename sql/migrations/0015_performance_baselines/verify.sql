-- Every table and index of this migration.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.performance_baselines'),
    ('ops.idx_performance_baseline_lookup')
) as expected (name)
where to_regclass(expected.name) is null;
