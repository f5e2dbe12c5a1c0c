-- ops.mv_refresh_status: what was refreshed, from which inputs, and how long it took.
-- reads:  -
-- params: view_name, input_version, row_count, duration_ms
-- rerun:  safe, in the transaction of the refresh
update ops.mv_refresh_status
set
    input_version = cast(:input_version as xid8),
    refreshed_at = clock_timestamp(),
    row_count = :row_count,
    duration_ms = :duration_ms
where view_name = :view_name;
