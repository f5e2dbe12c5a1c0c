-- 0042_outliers_without_loops: as the planner likes.
alter function ops.quality_outliers(regclass, date) reset enable_nestloop;
