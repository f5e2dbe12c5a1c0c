-- advisory lock: one maintainer at a time; held by the session, because its statements refuse a transaction.
-- reads:  -
-- params: -
-- rerun:  safe, the lock is given back by ops/maintenance_unlock or with the connection
select pg_try_advisory_lock(hashtextextended('scout maintenance', 0)) as is_held;
