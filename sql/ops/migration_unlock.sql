-- migration unlock: let the next migrator in.
-- reads:  -
-- params: -
-- rerun:  safe, warns when the lock is not held
select pg_advisory_unlock(hashtextextended('scout_pipeline.migrations', 0)) as was_held;
