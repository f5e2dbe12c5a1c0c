-- window_records: the bronze records of one source in the window; composed.
-- reads:  bronze/transactions_raw
-- params: source_id, last_xid, last_id, upto_xid, upto_id
-- rerun:  safe, the view is dropped in the same transaction
create or replace temporary view window_records as
select record.*
from scout.bronze_transactions_raw as record
where
    record.source_id = {source_id}::smallint
    and scout.xid_number(record.ingest_xid)
    between scout.xid_number({last_xid}::xid8) and scout.xid_number({upto_xid}::xid8)
    and (record.ingest_xid, record.ingest_id) > ({last_xid}::xid8, {last_id}::bigint)
    and (record.ingest_xid, record.ingest_id) <= ({upto_xid}::xid8, {upto_id}::bigint);
