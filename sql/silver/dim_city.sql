-- scout.dim_city: the touched cities and municipalities, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.dim_city (
    city_code, city_name, province_code
)
select
    record.code,
    record.attributes ->> 'place_name',
    record.attributes ->> 'province'
from records_in_force as record
where record.kind = 'city'
order by record.code;
