-- scout.dim_barangay: the touched barangays, as described last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'barangay'
    order by record.code asc, record.valid_from desc
)

insert into scout.dim_barangay (
    barangay_code, barangay_name, city_code
)
select
    latest.code,
    latest.attributes ->> 'place_name',
    latest.attributes ->> 'city'
from latest
order by latest.code;
