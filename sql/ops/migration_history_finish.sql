-- migration history finish: a migration is done.
-- reads:  -
-- params: revision, direction, duration_ms
-- rerun:  safe, a finished row is not touched
update ops.migration_history
set
    applied_at = clock_timestamp(),
    duration_ms = :duration_ms
where revision = :revision and direction = :direction and applied_at is null;
