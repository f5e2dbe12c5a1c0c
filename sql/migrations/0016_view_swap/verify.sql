-- Every schema, column and routine of this migration.
select
    'missing schema' as problem,
    'scout_next' as object
where to_regnamespace('scout_next') is null;

select
    'something was left in scout_next' as problem,
    relation.relname as object
from pg_class as relation
where relation.relnamespace = to_regnamespace('scout_next');

select
    'missing column of ops.mv_refresh_status' as problem,
    expected.name as object
from (values ('strategy'), ('locked_ms'), ('changed_pct'), ('swaps_since_measured')) as expected (name)
where
    not exists (
        select 1 from pg_attribute as attribute
        where attribute.attrelid = to_regclass('ops.mv_refresh_status') and attribute.attname = expected.name
    );

select
    'missing routine' as problem,
    expected.signature as object
from (
    values
    ('ops.swap_obstacles(regclass)'),
    ('ops.options_clause(text[])'),
    ('ops.view_copy_statements(regclass)'),
    ('ops.view_grant_statements(regclass)'),
    ('ops.view_exchange_statements(regclass)'),
    ('ops.run_exchange(text[], text)'),
    ('ops.swap_materialized_view(regclass)'),
    ('ops.refresh_strategy(text)'),
    ('ops.refresh_materialized_view(text, text)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
