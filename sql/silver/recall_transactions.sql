-- rebuild_transactions: the recalled sales of one source, to be computed again from bronze.
-- reads:  -
-- params: source_id
-- rerun:  safe, the table is dropped with the transaction
create temporary table rebuild_transactions on commit drop as
select recalled.transaction_id
from recalled_transactions as recalled
where recalled.source_id = cast(:source_id as smallint);
