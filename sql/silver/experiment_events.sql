-- scout.silver_experiment_events: the touched measurements of experiments, as sent last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'experiment_event'
    order by record.code asc, record.valid_from desc
)

insert into scout.silver_experiment_events (
    store_id, experiment, event_id, occurred_at, target_value, actual_value
)
select
    registry.store_id,
    latest.attributes ->> 'experiment',
    latest.code,
    scout.parse_timestamp(latest.attributes ->> 'occurred_at', 'UTC'),
    scout.parse_decimal(latest.attributes ->> 'target_value'),
    scout.parse_decimal(latest.attributes ->> 'actual_value')
from latest
inner join scout.store_registry as registry on upper(btrim(latest.attributes ->> 'store_id')) = registry.store_code
order by latest.code;
