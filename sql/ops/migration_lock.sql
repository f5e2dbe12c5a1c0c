-- migration lock: try to become the only migrator of this database; never waits.
-- reads:  -
-- params: -
-- rerun:  a second call by the same session holds the lock twice
select pg_try_advisory_lock(hashtextextended('scout_pipeline.migrations', 0)) as is_held;
