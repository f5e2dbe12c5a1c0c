-- scout.silver_transactions_cleaned: superseded versions go; bronze keeps them.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the window
delete from scout.silver_transactions_cleaned as transaction
using window_superseded as old
where
    transaction.store_id = old.store_id
    and transaction.date_key = old.date_key
    and transaction.source_id = old.source_id
    and transaction.transaction_id = old.transaction_id;
