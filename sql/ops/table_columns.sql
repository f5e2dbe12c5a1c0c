-- columns of a table or view with type and comment, in order.
-- reads:  -
-- params: relation
-- rerun:  safe, read only
select
    attribute.attname as name,
    format_type(attribute.atttypid, attribute.atttypmod) as type,
    attribute.attnotnull as is_not_null,
    col_description(attribute.attrelid, attribute.attnum) as description
from pg_attribute as attribute
where
    attribute.attrelid = cast(:relation as regclass)
    and attribute.attnum > 0
    and not attribute.attisdropped
order by attribute.attnum;
