-- scout.dim_province: the touched provinces, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.dim_province (
    province_code, province_name, region
)
select
    record.code,
    record.attributes ->> 'place_name',
    scout.norm_region(record.attributes ->> 'region')
from records_in_force as record
where record.kind = 'province'
order by record.code;
