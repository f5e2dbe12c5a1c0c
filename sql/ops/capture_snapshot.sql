-- ops.performance_snapshots: the server's counters now.
-- reads:  -
-- params: -
-- rerun:  adds a row
select ops.capture_performance_snapshot() as captured_at;
