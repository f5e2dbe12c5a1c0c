-- a partition on its way back goes to where it was; composed.
-- reads:  -
-- params: relation, schema
-- rerun:  in the transaction that attaches it
alter table {relation} set schema {schema};
