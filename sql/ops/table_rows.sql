-- rows of a small table, counted; composed from its name.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select count(*) from {relation};
