-- settings of this transaction: a coarse sample is enough to choose between an index and a scan.
-- reads:  -
-- params: -
-- rerun:  safe, local to the transaction
select set_config('default_statistics_target', '10', true);
