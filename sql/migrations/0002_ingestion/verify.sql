-- Every table, view and index of this migration, and its functions by signature.
select
    'missing relation' as problem,
    expected.name as object
from (
    values
    ('scout.dim_source'),
    ('scout.dim_store'),
    ('scout.bronze_ingestion_batches'),
    ('scout.bronze_transactions_raw'),
    ('scout.bronze_transaction_versions'),
    ('scout.quarantine'),
    ('ops.landing_files'),
    ('scout.bronze_ingestion_batches_taken_once'),
    ('scout.bronze_ingestion_batches_refused_once'),
    ('scout.quarantine_silver_once'),
    ('scout.quarantine_by_batch')
) as expected (name)
where to_regclass(expected.name) is null;

select
    'missing function' as problem,
    expected.signature as object
from (
    values
    ('scout.integer_form(text)'),
    ('scout.customer_pseudonym(text)'),
    ('ops.ensure_month_partition(regclass, date)')
) as expected (signature)
where to_regprocedure(expected.signature) is null;
