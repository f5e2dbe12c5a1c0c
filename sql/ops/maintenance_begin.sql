-- maintenance log: a step begins; written before it, so that a killed one is seen.
-- reads:  -
-- params: run_id, table_name, action, reason, state_before
-- rerun:  appends, a row a step
insert into ops.maintenance_log (run_id, table_name, action, reason, state_before)
values (cast(:run_id as uuid), :table_name, :action, :reason, cast(:state_before as jsonb))
returning maintenance_id;
