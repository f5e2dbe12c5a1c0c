-- the key of a table in months.
-- reads:  -
-- params: relation
-- rerun:  safe, read only
select
    a.attname::text as key_column,
    format_type(a.atttypid, null) as key_type
from pg_partitioned_table as scheme
inner join pg_attribute as a on scheme.partrelid = a.attrelid and scheme.partattrs[0] = a.attnum
where scheme.partrelid = cast(:relation as regclass);
