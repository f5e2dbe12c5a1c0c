-- scout.dim_device: the touched devices, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.dim_device (
    device_id, store_id, model, installed_on
)
select
    record.code,
    registry.store_id,
    record.attributes ->> 'model',
    scout.parse_date(record.attributes ->> 'installed_on')
from records_in_force as record
inner join scout.store_registry as registry on upper(btrim(record.attributes ->> 'store_id')) = registry.store_code
where record.kind = 'device'
order by record.code;
