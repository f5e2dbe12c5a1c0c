-- Every table, view and index of this migration.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.dim_date'),
    ('scout.dim_date_by_retail_week')
) as expected (name)
where to_regclass(expected.name) is null;
