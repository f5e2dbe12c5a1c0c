-- scout.gold_latest_store_metrics: of each touched metric the latest day, there the most trusted source, there the last
-- measurement; the order is total, so that the same rows always give the same one.
-- reads:  silver/store_metrics
-- params: -
-- rerun:  safe, the metrics' rows were removed in the same transaction
with written as (
    insert into scout.gold_latest_store_metrics (
        store_id, metric_name, metric_value, metric_source, date_key, measured_at
    )
    select
        touched.store_id,
        touched.metric_name,
        latest.metric_value,
        latest.metric_source,
        latest.date_key,
        latest.measured_at
    from touched_metrics as touched
    cross join
        lateral (
            select
                measured.metric_value,
                measured.metric_source,
                measured.date_key,
                measured.measured_at
            from scout.silver_store_metrics as measured
            where measured.store_id = touched.store_id and measured.metric_name = touched.metric_name
            order by
                measured.date_key desc,
                scout.metric_priority(measured.metric_source) asc,
                measured.measured_at desc,
                measured.measurement_id asc
            limit 1
        ) as latest
    returning store_id
)

select
    (select count(*) from touched_metrics) as rows_read,
    (select count(*) from written) as rows_written;
