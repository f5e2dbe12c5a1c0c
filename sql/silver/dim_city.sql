-- scout.dim_city: the touched cities and municipalities, as described last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'city'
    order by record.code asc, record.valid_from desc
)

insert into scout.dim_city (
    city_code, city_name, province_code
)
select
    latest.code,
    latest.attributes ->> 'place_name',
    latest.attributes ->> 'province'
from latest
order by latest.code;
