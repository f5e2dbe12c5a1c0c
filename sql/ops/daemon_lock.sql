-- advisory lock in Dagster's storage: one daemon at a time; the session carries the name of who holds it.
-- reads:  -
-- params: label
-- rerun:  safe, the lock is given back with the connection
select
    pg_try_advisory_lock(hashtextextended('scout dagster daemon', 0)) as is_held,
    set_config('application_name', :label, false) as label;
