-- registered_stores: stores that landing registered since silver looked last.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table registered_stores (
    store_code text primary key
) on commit drop;
