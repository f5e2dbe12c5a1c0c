-- monitoring: removes snapshots and resolved alerts past their days.
-- reads:  -
-- params: days
-- rerun:  safe
select ops.cleanup_monitoring_data(:days) as removed_count;
