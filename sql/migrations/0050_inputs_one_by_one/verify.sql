-- 0050_inputs_one_by_one: each SELECT returns what is missing.
select
    'missing routine' as problem,
    expected.signature as object
from (
    values
    ('ops.note_input_change(text, bigint)'),
    ('ops.note_changed_stores()'),
    ('ops.input_state(text)'),
    ('ops.view_inputs(text)'),
    ('scout.latest_metrics_of_store(integer)'),
    ('scout.get_latest_store_metrics(text)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'missing column' as problem,
    format('%s.%s', expected.table_name, expected.column_name) as object
from (
    values
    ('ops.input_versions', 'change_count', 'bigint'),
    ('ops.mv_refresh_status', 'input_states', 'jsonb')
) as expected (table_name, column_name, type_name)
where
    not exists (
        select 1 from pg_attribute as attribute
        where
            attribute.attrelid = to_regclass(expected.table_name)
            and attribute.attname = expected.column_name
            and attribute.atttypid = to_regtype(expected.type_name)
    );

select
    'missing trigger on scout.dim_store' as problem,
    expected.name as object
from (values ('note_inserted_stores'), ('note_updated_stores'), ('note_deleted_stores')) as expected (name)
where
    not exists (
        select 1 from pg_trigger as made
        where made.tgrelid = to_regclass('scout.dim_store') and made.tgname = expected.name and made.tgenabled = 'O'
    );

select
    'missing input' as problem,
    format('%s of %s', expected.input_name, expected.view_name) as object
from (
    values
    ('scout.mv_dashboard_kpis', 'scout.latest_business_day()'),
    ('scout.mv_brand_performance', 'scout.latest_business_day()'),
    ('scout.mv_global_product_stats', 'silver/dim_store')
) as expected (view_name, input_name)
where
    not exists (
        select 1 from ops.mv_inputs as known
        where known.view_name = expected.view_name and known.input_name = expected.input_name
    );

select
    'function is of an earlier version' as problem,
    routine.oid::regprocedure::text as object
from pg_proc as routine
where
    routine.oid in (
        to_regprocedure('ops.refresh_materialized_view(text, text)'),
        to_regprocedure('ops.should_refresh_views(bigint)')
    )
    and strpos(pg_get_functiondef(routine.oid), 'ops.view_inputs') = 0;

select
    'missing view' as problem,
    'scout.v_live_latest_store_metrics' as object
where to_regclass('scout.v_live_latest_store_metrics') is null;
