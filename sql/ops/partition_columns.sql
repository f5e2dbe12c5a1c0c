-- columns of a table with their types, in their order.
-- reads:  -
-- params: relation
-- rerun:  safe, read only
select
    a.attname::text as column_name,
    format_type(a.atttypid, a.atttypmod) as type_name
from pg_attribute as a
where a.attrelid = cast(:relation as regclass) and a.attnum > 0 and not a.attisdropped
order by a.attnum;
