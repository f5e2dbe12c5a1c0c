-- statistics of silver and of its partitioned parents, which autovacuum never analyses.
-- reads:  -
-- params: -
-- rerun:  safe
analyze scout.silver_transactions_cleaned, scout.silver_transaction_items;
