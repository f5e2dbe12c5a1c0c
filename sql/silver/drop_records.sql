-- window_records: gone before the next source; a view outlives the transaction.
-- reads:  -
-- params: -
-- rerun:  safe
drop view if exists window_records;
