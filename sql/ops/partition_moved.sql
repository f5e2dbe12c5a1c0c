-- ops.archived_partitions: the next state of a partition.
-- reads:  -
-- params: relation, month, state
-- rerun:  safe
update ops.archived_partitions
set state = :state, changed_at = clock_timestamp()
where relation = :relation and month = cast(:month as date);
