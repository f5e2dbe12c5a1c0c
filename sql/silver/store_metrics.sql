-- scout.silver_store_metrics: the touched measurements of stores, as sent last, on the business day of the store.
-- reads:  silver/dimension_records, silver/dim_store
-- params: -
-- rerun:  safe, the touched measurements were removed in the same transaction
with measured as (
    select
        record.code,
        upper(btrim(record.attributes ->> 'store_id')) as store_code,
        record.attributes ->> 'metric_name' as metric_name,
        record.attributes ->> 'metric_source' as metric_source,
        scout.parse_decimal(record.attributes ->> 'metric_value') as metric_value,
        scout.parse_timestamp(record.attributes ->> 'measured_at', 'UTC') as measured_at
    from records_in_force as record
    where record.kind = 'store_metric'
)

insert into scout.silver_store_metrics (
    store_id, measurement_id, metric_name, date_key, metric_source, metric_value, measured_at
)
select
    store.store_id,
    measured.code,
    measured.metric_name,
    (measured.measured_at at time zone version.time_zone)::date,
    measured.metric_source,
    measured.metric_value,
    measured.measured_at
from measured
inner join scout.store_registry as store on measured.store_code = store.store_code
cross join
    lateral (
        -- the version that holds then, or the first one
        select held.time_zone
        from scout.dim_store as held
        where held.store_id = store.store_id and measured.measured_at < held.valid_to_at
        order by held.valid_from
        limit 1
    ) as version
order by store.store_id, measured.code;
