-- recalled_transactions: the recalled sales that this transaction computes again.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table recalled_transactions (
    source_id smallint not null,
    transaction_id text not null,
    primary key (source_id, transaction_id)
) on commit drop;
