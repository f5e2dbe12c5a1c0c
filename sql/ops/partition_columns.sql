-- columns of a table with their types, in their order; is_needed when a row must say what stands in it.
-- reads:  -
-- params: relation
-- rerun:  safe, read only
select
    a.attname::text as column_name,
    format_type(a.atttypid, a.atttypmod) as type_name,
    a.attnotnull and not a.atthasdef as is_needed
from pg_attribute as a
where a.attrelid = cast(:relation as regclass) and a.attnum > 0 and not a.attisdropped
order by a.attnum;
