-- fingerprint relations: schemas, tables, views, materialized views, sequences, foreign tables.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with user_schemas as (
    select
        oid,
        nspname,
        nspowner
    from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
),

member_of_extension as (
    select objid from pg_depend
    where classid = 'pg_class'::regclass and deptype = 'e'
),

relations as (
    select
        relation.*,
        format('%I.%I', user_schemas.nspname, relation.relname) as full_name
    from pg_class as relation
    inner join user_schemas on relation.relnamespace = user_schemas.oid
    where
        relation.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        and relation.oid not in (select member.objid from member_of_extension as member)
),

described as (
    select
        'schema' as kind,
        format('%I', nspname) as name,
        format('owner %s', pg_get_userbyid(nspowner)) as definition
    from user_schemas

    union all

    select
        case relations.relkind
            when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
            when 'f' then 'foreign table' else 'table'
        end,
        relations.full_name,
        concat_ws(
            ', ',
            format('owner %s', pg_get_userbyid(relations.relowner)),
            format('persistence %s', relations.relpersistence),
            'partitioned by ' || pg_get_partkeydef(relations.oid),
            'partition of ' || (
                select
                    string_agg(
                        pg_inherits.inhparent::regclass::text, ' and '
                        order by pg_inherits.inhseqno
                    )
                from pg_inherits
                where pg_inherits.inhrelid = relations.oid
            ),
            pg_get_expr(relations.relpartbound, relations.oid),
            'options ' || (select string_agg(o, ' ' order by o) from unnest(relations.reloptions) as o),
            case when relations.relrowsecurity then 'row security' end,
            case when relations.relforcerowsecurity then 'forced row security' end,
            case
                when relations.relkind in ('r', 'p') and relations.relreplident <> 'd'
                    then format('replica identity %s', relations.relreplident)
            end,
            'access method ' || (
                select pg_am.amname from pg_am
                where pg_am.oid = relations.relam
            ),
            'tablespace ' || (
                select pg_tablespace.spcname from pg_tablespace
                where pg_tablespace.oid = relations.reltablespace
            ),
            'of type ' || nullif(relations.reloftype, 0)::regtype::text,
            case when relations.relkind = 'm' and not relations.relispopulated then 'not populated' end,
            case when relations.relkind in ('v', 'm') then pg_get_viewdef(relations.oid) end,
            (
                select
                    format(
                        '%s start %s increment %s range %s to %s cache %s%s',
                        pg_sequence.seqtypid::regtype, pg_sequence.seqstart, pg_sequence.seqincrement,
                        pg_sequence.seqmin, pg_sequence.seqmax, pg_sequence.seqcache,
                        case when pg_sequence.seqcycle then ' cycle' end
                    )
                from pg_sequence
                where pg_sequence.seqrelid = relations.oid
            ),
            (
                select format('owned by %s.%I', owner.attrelid::regclass, owner.attname)
                from pg_depend
                inner join pg_attribute as owner
                    on pg_depend.refobjid = owner.attrelid and pg_depend.refobjsubid = owner.attnum
                where
                    relations.relkind = 'S'
                    and pg_depend.classid = 'pg_class'::regclass and pg_depend.objid = relations.oid
                    and pg_depend.refclassid = 'pg_class'::regclass and pg_depend.deptype in ('a', 'i')
            )
        )
    from relations
)

select
    kind,
    name,
    definition
from described
order by kind, name;
