-- silver: everything that is computed from bronze goes, to be computed again.
-- reads:  -
-- params: -
-- rerun:  safe, bronze is untouched
truncate
ops.recalled_transactions,
scout.silver_transactions_cleaned, scout.silver_transaction_items, scout.silver_transaction_keys,
scout.silver_substitutions, scout.silver_request_behaviors, scout.silver_transcripts, scout.silver_brand_mentions,
scout.silver_store_metrics, scout.silver_promotions, scout.silver_promotion_items, scout.silver_promotion_approvals,
scout.silver_experiment_events,
scout.dim_product_descriptions, scout.dim_product, scout.dim_customer, scout.dimension_records,
scout.dim_brand, scout.dim_category, scout.dim_province, scout.dim_city, scout.dim_barangay, scout.dim_device,
scout.dim_campaign;
