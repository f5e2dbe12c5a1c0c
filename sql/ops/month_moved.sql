-- ops.archived_months: the next state of a month.
-- reads:  -
-- params: layer, month, state
-- rerun:  safe
update ops.archived_months
set state = :state, changed_at = clock_timestamp()
where layer = :layer and month = cast(:month as date);
