-- migration unsound: what a migration may have left half done in scout and ops.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
select
    'invalid index' as kind,
    pg_index.indexrelid::regclass::text as name
from pg_index
inner join pg_class as relation on pg_index.indrelid = relation.oid
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
where
    namespace.nspname in ('scout', 'ops')
    and not (pg_index.indisvalid and pg_index.indisready)

union all

select
    'constraint not validated' as kind,
    format('%s.%I', pg_constraint.conrelid::regclass, pg_constraint.conname) as name
from pg_constraint
inner join pg_namespace as namespace on pg_constraint.connamespace = namespace.oid
where
    namespace.nspname in ('scout', 'ops')
    and pg_constraint.contype in ('c', 'f', 'n')
    and not pg_constraint.convalidated
order by kind, name;
