-- Every table, view and index of this migration, and its functions by signature.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.mv_refresh_status'),
    ('ops.input_versions'),
    ('scout.mv_customer_segments'),
    ('scout.mv_customer_segments_grain')
) as expected (name)
where to_regclass(expected.name) is null;
