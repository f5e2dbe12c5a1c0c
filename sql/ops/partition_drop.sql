-- a table that is no partition any more, or never became one; composed.
-- reads:  -
-- params: relation
-- rerun:  safe
drop table if exists {relation};
