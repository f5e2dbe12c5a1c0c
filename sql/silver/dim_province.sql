-- scout.dim_province: the touched provinces, as described last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'province'
    order by record.code asc, record.valid_from desc
)

insert into scout.dim_province (
    province_code, province_name, region
)
select
    latest.code,
    latest.attributes ->> 'place_name',
    scout.norm_region(latest.attributes ->> 'region')
from latest
order by latest.code;
