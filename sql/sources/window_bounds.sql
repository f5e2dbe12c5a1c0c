-- window: how many bronze rows are committed for good and not carried yet, counted up to one more than row_limit, and
-- where they end.
-- reads:  bronze/transactions_raw
-- params: last_xid, last_id, row_limit
-- rerun:  safe, read only
with eligible as (
    select
        ingest_xid,
        ingest_id
    from scout.bronze_transactions_raw
    where
        scout.xid_number(ingest_xid) >= scout.xid_number(cast(:last_xid as xid8))
        and ingest_xid < pg_snapshot_xmin(pg_current_snapshot())
        and (ingest_xid, ingest_id) > (cast(:last_xid as xid8), cast(:last_id as bigint))
    limit cast(:row_limit as bigint) + 1
)

select
    count(*) as row_count,
    (
        select last_row.ingest_xid::text from eligible as last_row
        order by last_row.ingest_xid desc limit 1
    ) as upto_xid,
    (
        select last_row.ingest_id
        from eligible as last_row
        order by last_row.ingest_xid desc, last_row.ingest_id desc
        limit 1
    ) as upto_id
from eligible;
