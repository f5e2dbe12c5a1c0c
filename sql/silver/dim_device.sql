-- scout.dim_device: the touched devices, as described last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'device'
    order by record.code asc, record.valid_from desc
)

insert into scout.dim_device (
    device_id, store_id, model, installed_on
)
select
    latest.code,
    registry.store_id,
    latest.attributes ->> 'model',
    scout.parse_date(latest.attributes ->> 'installed_on')
from latest
inner join scout.store_registry as registry on upper(btrim(latest.attributes ->> 'store_id')) = registry.store_code
order by latest.code;
