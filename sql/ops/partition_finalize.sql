-- a partition whose leaving was interrupted; composed.
-- reads:  -
-- params: parent, partition
-- rerun:  safe, in a transaction of its own
alter table {parent} detach partition {partition} finalize;
