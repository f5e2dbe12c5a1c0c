-- A transaction of its own: whatever is written later carries a higher transaction id.
select
    pg_current_xact_id()::text::bigint as xid,
    clock_timestamp() as started_at;
