-- reference_touched: with a store, its measurements whose business day or hour is another one now; they are written
-- again, and their days marked.
-- reads:  silver/store_metrics, silver/dim_store
-- params: -
-- rerun:  safe, in the transaction of the window
insert into reference_touched (kind, code, valid_from)
select
    'store_metric',
    metric.measurement_id,
    metric.date_key
from scout.silver_store_metrics as metric
inner join scout.store_registry as registry on metric.store_id = registry.store_id
inner join reference_touched as touched on touched.kind = 'store' and registry.store_code = touched.code
cross join
    lateral (
        -- the version that holds then, or the first one
        select held.time_zone
        from scout.dim_store as held
        where held.store_id = metric.store_id and metric.measured_at < held.valid_to_at
        order by held.valid_from
        limit 1
    ) as version
left join
    lateral (
        select before.time_zone
        from known_stores as before
        where before.store_id = metric.store_id and metric.measured_at < before.valid_to_at
        order by before.valid_from_at
        limit 1
    ) as known
    on true
where
    (
        (metric.measured_at at time zone version.time_zone)::date <> metric.date_key
        or metric.measured_at at time zone version.time_zone
        is distinct from metric.measured_at at time zone known.time_zone
    )
    and not exists (
        select 1
        from reference_touched as described
        where described.kind = 'store_metric' and described.code = metric.measurement_id
    );
