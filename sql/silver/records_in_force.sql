-- records_in_force: what the touched members are today; of one that is only announced, what it will be first. Stores
-- and products keep their whole history instead.
-- reads:  silver/dimension_records
-- params: time_zone
-- rerun:  safe, the table is dropped with the transaction
create temporary table records_in_force on commit drop as
with today as (
    select (now() at time zone cast(:time_zone as text))::date as date_key
)

select distinct on (record.kind, record.code)
    record.kind,
    record.code,
    record.attributes
from scout.dimension_records as record
inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
cross join today
where record.kind not in ('store', 'product')
order by
    record.kind asc,
    record.code asc,
    record.valid_from <= today.date_key desc,
    case when record.valid_from <= today.date_key then record.valid_from end desc,
    record.valid_from asc;
