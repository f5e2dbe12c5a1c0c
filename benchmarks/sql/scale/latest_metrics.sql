select latest.metric_name, latest.metric_value, latest.metric_source, latest.measured_at
from scout.gold_latest_store_metrics as latest
inner join scout.dim_store as store on latest.store_id = store.store_id and store.is_current
where store.store_code = %(store_code)s
order by latest.metric_name;
