-- Every table, index, column and function of this migration.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('ops.recalled_transactions'),
    ('ops.registered_stores'),
    ('scout.bronze_transactions_raw_by_xid')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing column' as problem,
    expected.name as object
from (values ('first_id'), ('last_id')) as expected (name)
where
    not exists (
        select 1
        from pg_attribute as known
        where
            known.attrelid = to_regclass('scout.bronze_transaction_versions')
            and known.attname = expected.name
            and known.attnotnull
    );

select
    'missing function' as problem,
    expected.name as object
from (values ('scout.xid_number(xid8)')) as expected (name)
where to_regprocedure(expected.name) is null;
