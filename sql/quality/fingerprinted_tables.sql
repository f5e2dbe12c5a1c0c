-- fingerprint: the tables of schema scout that can be read; a view that was never filled cannot.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select relation.relname as table_name
from pg_class as relation
where
    relation.relnamespace = 'scout'::regnamespace
    and relation.relkind in ('r', 'p', 'm')
    and not relation.relispartition
    and relation.relispopulated
order by relation.relname;
