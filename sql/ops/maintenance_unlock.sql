-- advisory lock of maintenance: given back, and the connection's settings with it.
-- reads:  -
-- params: -
-- rerun:  safe, a lock that is not held stays so
select
    pg_advisory_unlock(hashtextextended('scout maintenance', 0)) as was_held,
    set_config('statement_timeout', '0', false) as statement_timeout,
    set_config('lock_timeout', '0', false) as lock_timeout;
