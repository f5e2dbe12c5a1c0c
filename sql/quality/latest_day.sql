-- ops.data_quality_metrics: the latest day of which a table was checked, in the given months or ever (bounds null).
-- reads:  -
-- params: relation, first_date, until
-- rerun:  reads only
select max(metric.metric_date) as latest_day
from ops.data_quality_metrics as metric
where
    metric.table_name = :relation
    and metric.metric_date >= coalesce(cast(:first_date as date), '-infinity')
    and metric.metric_date < coalesce(cast(:until as date), 'infinity');
