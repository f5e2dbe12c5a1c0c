-- scout.bronze_transactions_raw: no new rows until this transaction ends; readers go on.
-- reads:  -
-- params: -
-- rerun:  safe, held to the end of the transaction
lock table scout.bronze_transactions_raw in share row exclusive mode;
