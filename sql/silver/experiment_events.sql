-- scout.silver_experiment_events: the touched measurements of experiments, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.silver_experiment_events (
    store_id, experiment, event_id, occurred_at, target_value, actual_value
)
select
    registry.store_id,
    record.attributes ->> 'experiment',
    record.code,
    scout.parse_timestamp(record.attributes ->> 'occurred_at', 'UTC'),
    scout.parse_decimal(record.attributes ->> 'target_value'),
    scout.parse_decimal(record.attributes ->> 'actual_value')
from records_in_force as record
inner join scout.store_registry as registry on upper(btrim(record.attributes ->> 'store_id')) = registry.store_code
where record.kind = 'experiment_event'
order by record.code;
