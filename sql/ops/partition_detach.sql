-- a partition leaves its table without stopping readers or writers; outside a transaction; composed.
-- reads:  -
-- params: parent, partition
-- rerun:  finalised when it was interrupted
alter table {parent} detach partition {partition} concurrently;
