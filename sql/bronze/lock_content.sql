-- advisory lock: two loads of the same bytes from the same source take turns.
-- reads:  -
-- params: source_id, content_sha256
-- rerun:  safe, held to the end of the transaction
select pg_advisory_xact_lock(
    hashtextextended(encode(cast(:content_sha256 as bytea), 'hex'), cast(:source_id as bigint))
);
