-- Every table, view and index of this migration, and the columns that it adds.
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
    ('scout.gold_demographics_by_week'),
    ('scout.gold_latest_store_metrics'),
    ('scout.gold_promotion_summary'),
    ('scout.gold_experiment_results'),
    ('scout.gold_experiment_results_by_experiment'),
    ('scout.v_device_sequence_gaps'),
    ('scout.v_sale_warnings')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing column' as problem,
    expected.relation || '.' || expected.name as object
from (
    values
    ('ops.bucket_layers', 'follows')
) as expected (relation, name)
where
    not exists (
        select 1
        from pg_attribute as a
        where a.attrelid = expected.relation::regclass and a.attname = expected.name and not a.attisdropped
    );
