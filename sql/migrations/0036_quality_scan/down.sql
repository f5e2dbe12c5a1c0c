-- 0036_quality_scan, undone.
drop function ops.data_quality_row_versions();
drop table ops.data_quality_registry;
