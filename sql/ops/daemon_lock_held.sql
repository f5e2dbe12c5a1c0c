-- advisory lock of the daemon: whether this session still has it.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
select exists(
    select 1
    from pg_locks
    where
        pg_locks.locktype = 'advisory'
        and pg_locks.pid = pg_backend_pid()
        and pg_locks.granted
) as is_held;
