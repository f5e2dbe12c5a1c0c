-- recalled_transactions: sales of earlier windows that the reference records of this one concern.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table recalled_transactions (
    source_id smallint not null,
    transaction_id text not null,
    primary key (source_id, transaction_id)
) on commit drop;
