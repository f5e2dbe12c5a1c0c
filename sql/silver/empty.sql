-- silver: everything that is computed from bronze goes, to be computed again.
-- reads:  -
-- params: -
-- rerun:  safe, bronze is untouched
truncate
scout.silver_transactions_cleaned, scout.silver_transaction_items, scout.silver_transaction_keys,
scout.dim_product_descriptions, scout.dim_product, scout.dim_customer;
