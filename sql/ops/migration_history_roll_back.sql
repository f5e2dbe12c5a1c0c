-- migration history roll back: the up that a down undid is closed.
-- reads:  -
-- params: revision
-- rerun:  safe, a closed row is not touched
update ops.migration_history
set rolled_back_at = clock_timestamp()
where
    revision = :revision
    and direction = 'up'
    and applied_at is not null
    and rolled_back_at is null;
