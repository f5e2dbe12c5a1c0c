-- window: the end of the first row_limit rows that wait, in the order of the cursor, for when there are more.
-- reads:  bronze/transactions_raw
-- params: last_xid, last_id, row_limit
-- rerun:  safe, read only
select
    ingest_xid::text as upto_xid,
    ingest_id as upto_id
from scout.bronze_transactions_raw
where
    scout.xid_number(ingest_xid) >= scout.xid_number(cast(:last_xid as xid8))
    and ingest_xid < pg_snapshot_xmin(pg_current_snapshot())
    and (ingest_xid, ingest_id) > (cast(:last_xid as xid8), cast(:last_id as bigint))
order by ingest_xid, ingest_id
limit 1 offset cast(:row_limit as bigint) - 1;
