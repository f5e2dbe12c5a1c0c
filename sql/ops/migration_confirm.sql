-- the plain table that was kept goes.
-- reads:  -
-- params: relation
-- rerun:  once a migration
select ops.confirm_partitioned(:relation) as dropped;
