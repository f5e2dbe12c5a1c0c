-- a partition on its way back takes its name; composed.
-- reads:  -
-- params: relation, own_name
-- rerun:  in the transaction that attaches it
alter table {relation} rename to {own_name};
