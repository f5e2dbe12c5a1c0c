-- ops.data_quality_metrics: asks every rule of a table about one day and returns what was measured.
-- reads:  -
-- params: relation, day
-- rerun:  safe; each check is a row of the history, findings are seen once more or resolved
select
    metric.table_name,
    metric.metric_date,
    metric.checked_at,
    metric.total_records,
    metric.null_count,
    metric.outlier_count,
    metric.constraint_violations,
    metric.passes,
    metric.seconds
from ops.check_data_quality(cast(:relation as regclass), :day) as metric;
