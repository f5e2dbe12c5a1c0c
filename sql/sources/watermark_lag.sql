-- ops.streaming_watermarks: is bronze ahead of the stream, and by how many rows (counted up to a bound)?
-- reads:  bronze/transactions_raw
-- params: stream, row_limit
-- rerun:  safe, read only
with cursor_position as (
    select
        coalesce(max(last_xid), '0'::xid8) as last_xid,
        coalesce(max(last_id), 0) as last_id
    from ops.streaming_watermarks
    where stream = :stream
),

waiting as (
    select record.ingest_xid
    from scout.bronze_transactions_raw as record
    cross join cursor_position
    where
        scout.xid_number(record.ingest_xid) >= scout.xid_number(cursor_position.last_xid)
        and record.ingest_xid < pg_snapshot_xmin(pg_current_snapshot())
        and (record.ingest_xid, record.ingest_id) > (cursor_position.last_xid, cursor_position.last_id)
    limit cast(:row_limit as bigint)
)

select
    cursor_position.last_xid::text as last_xid,
    cursor_position.last_id,
    (select count(*) from waiting) as waiting_rows,
    (select max(waiting.ingest_xid)::text from waiting) as newest_xid
from cursor_position;
