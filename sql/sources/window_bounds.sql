-- window: the end of the bronze rows that are committed for good and not carried yet, at most row_limit of them.
-- reads:  bronze/transactions_raw
-- params: last_xid, last_id, row_limit
-- rerun:  safe, read only
with eligible as (
    select
        ingest_xid,
        ingest_id
    from scout.bronze_transactions_raw
    where
        ingest_xid >= cast(:last_xid as xid8)
        and ingest_xid < pg_snapshot_xmin(pg_current_snapshot())
        and (ingest_xid, ingest_id) > (cast(:last_xid as xid8), cast(:last_id as bigint))
    order by ingest_xid, ingest_id
    limit cast(:row_limit as bigint)
)

select
    count(*) as row_count,
    cast((array_agg(ingest_xid order by ingest_xid desc, ingest_id desc))[1] as text) as upto_xid,
    (array_agg(ingest_id order by ingest_xid desc, ingest_id desc))[1] as upto_id
from eligible;
