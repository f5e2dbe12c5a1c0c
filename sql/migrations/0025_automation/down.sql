-- 0025_automation, undone.
drop function ops.cleanup_monitoring_data(integer);
drop function ops.check_performance_alerts();
drop function ops.performance_findings();
drop view ops.v_performance_snapshots;
drop function ops.capture_performance_snapshot();
drop table ops.performance_snapshots;
drop function ops.settle_alerts(text, jsonb);
drop table ops.performance_alerts;
drop view ops.v_data_freshness;
drop function ops.note_stale_views();
drop function ops.should_refresh_views(bigint);
drop table ops.view_changes;
alter table ops.input_versions drop column changed_rows;
drop table ops.stale_views;
drop table ops.heartbeats;
drop table ops.freshness_tiers;
