-- scout.dim_category: the touched categories, as described last.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
with latest as (
    select distinct on (record.code)
        record.code,
        record.attributes
    from scout.dimension_records as record
    inner join reference_touched as touched on record.kind = touched.kind and record.code = touched.code
    where record.kind = 'category'
    order by record.code asc, record.valid_from desc
)

insert into scout.dim_category (
    category, category_group, display_name, sort_order
)
select
    latest.code,
    latest.attributes ->> 'category_group',
    latest.attributes ->> 'display_name',
    scout.parse_decimal(latest.attributes ->> 'sort_order')::integer
from latest
order by latest.code;
