-- maintainer: at most one of partitions at a time; the lock goes with the transaction, and so with a killed process.
-- reads:  -
-- params: -
-- rerun:  safe, false when another one works
select pg_try_advisory_xact_lock(hashtextextended('scout partition maintainer', 0)) as is_ours;
