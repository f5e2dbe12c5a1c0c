-- ops.reconciliation_sweeps: a sweep that begins.
-- reads:  -
-- params: -
-- rerun:  adds another sweep
insert into ops.reconciliation_sweeps (finished_at) values (null)
returning sweep_id;
