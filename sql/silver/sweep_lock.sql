-- advisory lock: one sweep at a time, month by month; a second one waits and then finds less to do.
-- reads:  -
-- params: -
-- rerun:  safe, held to the end of the transaction
select pg_advisory_xact_lock(hashtextextended('scout sweep', 0));
