-- recalled_transactions: gone, so that the same transaction may recall others.
-- reads:  -
-- params: -
-- rerun:  safe
drop table recalled_transactions;
