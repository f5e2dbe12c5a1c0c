-- Every table, view and index of this migration, and its functions by signature.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.dim_product'),
    ('scout.dim_product_descriptions'),
    ('scout.dim_customer'),
    ('scout.silver_transactions_cleaned'),
    ('scout.silver_transaction_items'),
    ('scout.silver_transaction_keys'),
    ('scout.dim_product_descriptions_pending'),
    ('scout.silver_transactions_by_customer'),
    ('scout.idx_transactions_region_date'),
    ('scout.idx_dashboard_kpis'),
    ('scout.idx_transactions_region_value'),
    ('scout.idx_transactions_created_brin'),
    ('scout.idx_brand_performance'),
    ('scout.idx_transaction_items_created_brin'),
    ('scout.silver_transaction_keys_by_day')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.parse_decimal(text)'),
    ('scout.parse_timestamp(text, text)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
