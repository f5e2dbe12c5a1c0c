-- rebuild_transactions: the transactions whose business day lies in the months to rebuild; none otherwise.
-- reads:  silver/transactions_cleaned
-- params: source_id, first_day, end_day
-- rerun:  safe, the table is dropped with the transaction
create temporary table rebuild_transactions on commit drop as
select known.transaction_id
from scout.silver_transaction_keys as known
where
    known.source_id = cast(:source_id as smallint)
    and known.date_key >= cast(:first_day as date)
    and known.date_key < cast(:end_day as date);
