-- advisory lock: one audit at a time; a second one waits and then finds less to do.
-- reads:  -
-- params: -
-- rerun:  safe, held to the end of the transaction
select pg_advisory_xact_lock(hashtextextended('scout store days', 0));
