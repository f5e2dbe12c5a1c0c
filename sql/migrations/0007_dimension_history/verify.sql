-- Every table, index and function of this migration, and the columns that it adds.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.store_registry'),
    ('scout.dim_store_current'),
    ('scout.dim_store_by_code'),
    ('scout.dim_product_current'),
    ('scout.dimension_records'),
    ('scout.dimension_records_by_id'),
    ('scout.dim_region'),
    ('scout.dim_province'),
    ('scout.dim_city'),
    ('scout.dim_barangay'),
    ('scout.place_aliases'),
    ('scout.dim_brand'),
    ('scout.dim_category'),
    ('scout.dim_device'),
    ('scout.dim_campaign'),
    ('scout.quarantine_waiting')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.parse_date(text)'),
    ('scout.parse_coordinate(text)'),
    ('scout.place_key(text)'),
    ('scout.resolve_place(text, text)'),
    ('scout.norm_region(text)'),
    ('scout.norm_citymun(text)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;

select
    'missing column' as problem,
    expected.relation || '.' || expected.name as object
from (
    values
    ('scout.dim_store', 'valid_from'),
    ('scout.dim_store', 'valid_to'),
    ('scout.dim_store', 'region'),
    ('scout.dim_product', 'valid_from'),
    ('scout.dim_product', 'list_price'),
    ('scout.quarantine', 'transaction_id'),
    ('scout.quarantine', 'waits_for')
) as expected (relation, name)
where
    not exists (
        select 1
        from pg_attribute as a
        where a.attrelid = expected.relation::regclass and a.attname = expected.name and not a.attisdropped
    );
