select
    (select count(*) from scout.silver_transactions_cleaned) as silver_transactions,
    (select count(*) from scout.silver_transaction_items) as silver_items,
    (select count(*) from scout.gold_daily_aggregates) as store_days,
    pg_database_size(current_database()) as database_bytes;
