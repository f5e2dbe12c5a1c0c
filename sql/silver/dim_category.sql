-- scout.dim_category: the touched categories, as they stand today.
-- reads:  silver/dimension_records
-- params: -
-- rerun:  safe, the touched members were removed in the same transaction
insert into scout.dim_category (
    category, category_group, display_name, sort_order
)
select
    record.code,
    record.attributes ->> 'category_group',
    record.attributes ->> 'display_name',
    scout.parse_decimal(record.attributes ->> 'sort_order')::integer
from records_in_force as record
where record.kind = 'category'
order by record.code;
