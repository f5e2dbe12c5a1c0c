-- a partition whose leaving was interrupted; composed.
-- reads:  -
-- params: parent, partition
-- rerun:  safe, outside a transaction
alter table {parent} detach partition {partition} finalize;
