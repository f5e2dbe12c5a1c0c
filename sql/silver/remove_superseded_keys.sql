-- scout.silver_transaction_keys: places that are given up; those of the latest versions follow in the same transaction.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the window
delete from scout.silver_transaction_keys as known
using window_superseded as old
where known.source_id = old.source_id and known.transaction_id = old.transaction_id;
