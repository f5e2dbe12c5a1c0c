-- a partition comes back; composed.
-- reads:  -
-- params: parent, partition, lower_bound, upper_bound
-- rerun:  in the transaction that ends the restore
alter table {parent} attach partition {partition} for values from ({lower_bound}) to ({upper_bound});
