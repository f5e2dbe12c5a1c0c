-- advisory lock: one rebuilder of a gold table at a time; a second one waits and then finds less to do.
-- reads:  -
-- params: layer
-- rerun:  safe, held to the end of the transaction
select pg_advisory_xact_lock(hashtextextended('scout layer ' || :layer, 0));
