-- scout.dim_barangay: the touched barangays, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.dim_barangay (
    barangay_code, barangay_name, city_code
)
select
    record.code,
    record.attributes ->> 'place_name',
    record.attributes ->> 'city'
from records_in_force as record
where record.kind = 'barangay'
order by record.code;
