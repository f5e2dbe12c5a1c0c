-- fingerprint routines: functions, procedures, aggregates, types, domains, enums, operators, text search.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with user_schemas as (
    select
        oid,
        nspname
    from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
),

member_of_extension as (
    select
        classid,
        objid
    from pg_depend
    where deptype = 'e'
),

described as (
    select
        case pg_proc.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end as kind,
        format(
            '%I.%I(%s)',
            user_schemas.nspname, pg_proc.proname, pg_get_function_identity_arguments(pg_proc.oid)
        )
            as name,
        concat_ws(
            ', ',
            format('owner %s', pg_get_userbyid(pg_proc.proowner)),
            case
                when pg_proc.prokind = 'a'
                    then (
                        select
                            format(
                                'returns %s, state %s %s, final %s, initial %s',
                                pg_proc.prorettype::regtype,
                                pg_aggregate.aggtransfn, pg_aggregate.aggtranstype::regtype,
                                pg_aggregate.aggfinalfn, pg_aggregate.agginitval
                            )
                        from pg_aggregate
                        where pg_aggregate.aggfnoid = pg_proc.oid
                    )
                else pg_get_functiondef(pg_proc.oid)
            end
        ) as definition
    from pg_proc
    inner join user_schemas on pg_proc.pronamespace = user_schemas.oid
    where
        pg_proc.oid not in (
            select member.objid from member_of_extension as member
            where member.classid = 'pg_proc'::regclass
        )

    union all

    select
        case pg_type.typtype
            when 'd' then 'domain' when 'e' then 'enum' when 'r' then 'range type' else 'type'
        end,
        format('%I.%I', user_schemas.nspname, pg_type.typname),
        concat_ws(
            ', ',
            format('owner %s', pg_get_userbyid(pg_type.typowner)),
            nullif(format_type(nullif(pg_type.typbasetype, 0), pg_type.typtypmod), '???'),
            case when pg_type.typnotnull then 'not null' end,
            'default ' || pg_type.typdefault,
            (
                select string_agg(quote_literal(pg_enum.enumlabel), ' ' order by pg_enum.enumsortorder)
                from pg_enum
                where pg_enum.enumtypid = pg_type.oid
            ),
            (
                select
                    string_agg(
                        format(
                            '%I %s',
                            pg_attribute.attname, format_type(pg_attribute.atttypid, pg_attribute.atttypmod)
                        ),
                        ', '
                        order by pg_attribute.attnum
                    )
                from pg_attribute
                where
                    pg_attribute.attrelid = pg_type.typrelid
                    and pg_attribute.attnum > 0
                    and not pg_attribute.attisdropped
            ),
            (
                select
                    string_agg(
                        format('%I %s', pg_constraint.conname, pg_get_constraintdef(pg_constraint.oid)), ', '
                        order by pg_constraint.conname
                    )
                from pg_constraint
                where pg_constraint.contypid = pg_type.oid
            ),
            (
                select 'over ' || pg_range.rngsubtype::regtype::text from pg_range
                where pg_range.rngtypid = pg_type.oid
            )
        )
    from pg_type
    inner join user_schemas on pg_type.typnamespace = user_schemas.oid
    left join pg_class as own_relation on pg_type.typrelid = own_relation.oid
    where
        pg_type.typtype in ('c', 'd', 'e', 'r')
        and coalesce(own_relation.relkind = 'c', true)
        and pg_type.oid not in (
            select member.objid from member_of_extension as member
            where member.classid = 'pg_type'::regclass
        )

    union all

    select
        'operator',
        pg_operator.oid::regoperator::text,
        format(
            '%s, commutator %s, negator %s, restrict %s, join %s',
            pg_operator.oprcode, pg_operator.oprcom::regoperator, pg_operator.oprnegate::regoperator,
            pg_operator.oprrest, pg_operator.oprjoin
        )
    from pg_operator
    inner join user_schemas on pg_operator.oprnamespace = user_schemas.oid
    where
        pg_operator.oid not in (
            select member.objid from member_of_extension as member
            where member.classid = 'pg_operator'::regclass
        )

    union all

    select
        'text search configuration',
        pg_ts_config.oid::regconfig::text,
        (
            select
                string_agg(
                    format('%s: %s', pg_ts_config_map.maptokentype, pg_ts_config_map.mapdict::regdictionary),
                    ', '
                    order by pg_ts_config_map.maptokentype, pg_ts_config_map.mapseqno
                )
            from pg_ts_config_map
            where pg_ts_config_map.mapcfg = pg_ts_config.oid
        )
    from pg_ts_config
    inner join user_schemas on pg_ts_config.cfgnamespace = user_schemas.oid
    where
        pg_ts_config.oid not in (
            select member.objid from member_of_extension as member
            where member.classid = 'pg_ts_config'::regclass
        )

    union all

    select
        'text search dictionary',
        pg_ts_dict.oid::regdictionary::text,
        concat_ws(', ', (
            select pg_ts_template.tmplname from pg_ts_template
            where pg_ts_template.oid = pg_ts_dict.dicttemplate
        ), pg_ts_dict.dictinitoption)
    from pg_ts_dict
    inner join user_schemas on pg_ts_dict.dictnamespace = user_schemas.oid
    where pg_ts_dict.oid not in (
        select member.objid from member_of_extension as member
        where member.classid = 'pg_ts_dict'::regclass
    )
)

select
    kind,
    name,
    coalesce(definition, '') as definition
from described
order by kind, name;
