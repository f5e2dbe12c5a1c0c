-- maintenance log: a step ended, and how.
-- reads:  -
-- params: maintenance_id, outcome, detail, state_after
-- rerun:  safe, the last end counts
update ops.maintenance_log
set
    finished_at = clock_timestamp(),
    outcome = :outcome,
    detail = :detail,
    state_after = cast(:state_after as jsonb)
where maintenance_id = :maintenance_id
returning seconds;
