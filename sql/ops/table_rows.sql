-- rows of a small table, counted; composed from its name.
-- reads:  -
-- params: relation
-- rerun:  safe, read only
select count(*) from {relation};
