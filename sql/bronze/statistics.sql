-- statistics of bronze and of its partitioned parent, which autovacuum never analyses; of what the window filters by.
-- reads:  -
-- params: -
-- rerun:  safe
analyze scout.bronze_transactions_raw (ingest_xid, ingest_id, source_id, transaction_id);
