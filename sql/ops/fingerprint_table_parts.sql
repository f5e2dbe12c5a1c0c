-- fingerprint table parts: indexes, constraints, policies, triggers, rules, extended statistics.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with tables as (
    select
        relation.oid,
        format('%I.%I', namespace.nspname, relation.relname) as full_name,
        format('%I', namespace.nspname) as schema_name
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
        and relation.relkind in ('r', 'p', 'v', 'm', 'f')
        and not exists (
            select 1 from pg_depend
            where
                pg_depend.classid = 'pg_class'::regclass and pg_depend.objid = relation.oid
                and pg_depend.deptype = 'e'
        )
),

parts as (
    select
        'index' as kind,
        format('%s.%I', tables.schema_name, index_relation.relname) as name,
        concat_ws(
            ', ',
            pg_get_indexdef(pg_index.indexrelid),
            case when not pg_index.indisvalid then 'invalid' end,
            case when not pg_index.indisready then 'not ready' end,
            case when pg_index.indisclustered then 'clustered' end,
            case when pg_index.indisreplident then 'replica identity' end,
            'partition of ' || (
                select pg_inherits.inhparent::regclass::text from pg_inherits
                where pg_inherits.inhrelid = pg_index.indexrelid
            ),
            'tablespace ' || (
                select pg_tablespace.spcname from pg_tablespace
                where pg_tablespace.oid = index_relation.reltablespace
            )
        ) as definition
    from pg_index
    inner join tables on pg_index.indrelid = tables.oid
    inner join pg_class as index_relation on pg_index.indexrelid = index_relation.oid

    union all

    select
        'constraint',
        format('%s.%I', tables.full_name, pg_constraint.conname),
        concat_ws(
            ', ',
            pg_get_constraintdef(pg_constraint.oid),
            case when not pg_constraint.convalidated then 'not validated' end,
            case when not pg_constraint.conislocal then 'inherited' end
        )
    from pg_constraint
    inner join tables on pg_constraint.conrelid = tables.oid

    union all

    select
        'policy',
        format('%s.%I', tables.full_name, pg_policy.polname),
        concat_ws(
            ' ',
            case when pg_policy.polpermissive then 'permissive' else 'restrictive' end,
            'for', pg_policy.polcmd::text,
            'to', (
                select
                    string_agg(
                        case when role_id = 0 then 'public' else pg_get_userbyid(role_id)::text end, ', '
                        order by role_id
                    )
                from unnest(pg_policy.polroles) as role_id
            ),
            'using ' || pg_get_expr(pg_policy.polqual, pg_policy.polrelid),
            'with check ' || pg_get_expr(pg_policy.polwithcheck, pg_policy.polrelid)
        )
    from pg_policy
    inner join tables on pg_policy.polrelid = tables.oid

    union all

    select
        'trigger',
        format('%s.%I', tables.full_name, pg_trigger.tgname),
        concat_ws(', ', pg_get_triggerdef(pg_trigger.oid), format('enabled %s', pg_trigger.tgenabled))
    from pg_trigger
    inner join tables on pg_trigger.tgrelid = tables.oid
    where not pg_trigger.tgisinternal

    union all

    select
        'rule',
        format('%s.%I', tables.full_name, pg_rewrite.rulename),
        concat_ws(', ', pg_get_ruledef(pg_rewrite.oid), format('enabled %s', pg_rewrite.ev_enabled))
    from pg_rewrite
    inner join tables on pg_rewrite.ev_class = tables.oid
    where pg_rewrite.rulename <> '_RETURN'

    union all

    select
        'statistics',
        format('%s.%I', tables.schema_name, pg_statistic_ext.stxname),
        concat_ws(
            ', ',
            pg_get_statisticsobjdef(pg_statistic_ext.oid),
            'target ' || pg_statistic_ext.stxstattarget::text
        )
    from pg_statistic_ext
    inner join tables on pg_statistic_ext.stxrelid = tables.oid
)

select
    kind,
    name,
    definition
from parts
order by kind, name;
