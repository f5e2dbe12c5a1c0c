-- Every table, view and index of this migration.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.dim_date'),
    ('scout.dim_date_by_retail_week'),
    ('scout.gold_request_behavior'),
    ('scout.gold_request_behavior_by_day'),
    ('scout.gold_demographics'),
    ('scout.gold_demographics_by_week')
) as expected (name)
where to_regclass(expected.name) is null;
