-- ops.data_quality_metrics: the latest day of which a table was checked.
-- reads:  -
-- params: relation
-- rerun:  reads only
select max(metric.metric_date) as latest_day
from ops.data_quality_metrics as metric
where metric.table_name = :relation;
