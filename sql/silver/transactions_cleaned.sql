-- scout.silver_transactions_cleaned: one row per transaction; the latest version wins.
-- reads:  bronze/transactions_raw, silver/dim_store
-- params: -
-- rerun:  safe, older versions were removed in the same transaction
insert into scout.silver_transactions_cleaned (
    store_id, date_key, source_id, transaction_id, transaction_type, sold_at, customer_id, region,
    line_count, units, gross_sales, returns_value, adjustments_value, peso_value, content_hash, batch_id
)
select
    store_id,
    date_key,
    source_id,
    transaction_id,
    transaction_type,
    sold_at,
    customer_id,
    region,
    line_count,
    units,
    gross_sales,
    returns_value,
    adjustments_value,
    peso_value,
    content_hash,
    batch_id
from window_transactions
order by store_id, date_key, source_id, transaction_id;
