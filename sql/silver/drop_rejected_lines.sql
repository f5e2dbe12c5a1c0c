-- window_parsed: records with a line in quarantine are rejected whole; their other lines go too.
-- reads:  -
-- params: -
-- rerun:  safe
delete from window_parsed as line
using window_lines as rejected
where
    rejected.reason_code is not null
    and line.store_id = rejected.store_id
    and line.ingest_id = rejected.ingest_id;
