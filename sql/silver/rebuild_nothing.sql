-- rebuild_transactions: empty, for the incremental path.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table rebuild_transactions (
    transaction_id text primary key
) on commit drop;
