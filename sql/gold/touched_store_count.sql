-- touched_stores: how many there are.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select count(*) from touched_stores;
