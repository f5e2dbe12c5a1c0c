-- ops.partition_maintenance_log: one step.
-- reads:  -
-- params: action, relation, month, detail
-- rerun:  adds a row
insert into ops.partition_maintenance_log (action, relation, month, detail)
values (:action, :relation, cast(:month as date), cast(:detail as jsonb));
