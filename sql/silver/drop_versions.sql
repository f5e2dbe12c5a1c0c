-- store_versions, product_versions: gone; a transaction may choose them again.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that made them
drop table store_versions, product_versions;
