-- fingerprint privileges: who may do what, one row for each object and grantee.
-- An ACL that was never set reads as the default it stands for: granting and revoking again leaves no trace.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with user_schemas as (
    select *
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

lists as (
    select
        'database' as name,
        coalesce(datacl, acldefault('d', datdba)) as acl
    from pg_database
    where datname = current_database()

    union all

    select
        format('schema %I', nspname),
        coalesce(nspacl, acldefault('n', nspowner))
    from user_schemas

    union all

    select
        format(
            '%s %I.%I',
            case pg_class.relkind when 'S' then 'sequence' else 'table' end,
            user_schemas.nspname,
            pg_class.relname
        ),
        coalesce(
            pg_class.relacl,
            case
                when pg_class.relkind = 'S' then acldefault('s', pg_class.relowner)
                else acldefault('r', pg_class.relowner)
            end
        )
    from pg_class
    inner join user_schemas on pg_class.relnamespace = user_schemas.oid
    where
        pg_class.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        and pg_class.oid not in (
            select member.objid from member_of_extension as member
            where member.classid = 'pg_class'::regclass
        )

    union all

    select
        format('column %I.%I.%I', user_schemas.nspname, pg_class.relname, pg_attribute.attname),
        pg_attribute.attacl
    from pg_attribute
    inner join pg_class on pg_attribute.attrelid = pg_class.oid
    inner join user_schemas on pg_class.relnamespace = user_schemas.oid
    where pg_attribute.attacl is not null and not pg_attribute.attisdropped

    union all

    -- Functions of extensions too, once somebody changed their rights.
    select
        format('function %s', pg_proc.oid::regprocedure),
        coalesce(pg_proc.proacl, acldefault('f', pg_proc.proowner))
    from pg_proc
    inner join user_schemas on pg_proc.pronamespace = user_schemas.oid
    where
        pg_proc.proacl is not null
        or pg_proc.oid not in (
            select member.objid from member_of_extension as member
            where member.classid = 'pg_proc'::regclass
        )

    union all

    select
        format('type %s', pg_type.oid::regtype),
        coalesce(pg_type.typacl, acldefault('T', pg_type.typowner))
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
        format('foreign server %I', srvname),
        coalesce(srvacl, acldefault('S', srvowner))
    from pg_foreign_server

    union all

    select
        concat_ws(
            ' ', 'defaults of', pg_get_userbyid(defaclrole), 'for', defaclobjtype::text,
            'in ' || nullif(defaclnamespace, 0)::regnamespace::text
        ),
        defaclacl
    from pg_default_acl
),

granted as (
    select
        lists.name,
        case
            when acl.grantee is null then 'nobody' when acl.grantee = 0 then 'public'
            else pg_get_userbyid(acl.grantee)::text
        end as grantee,
        string_agg(
            concat(acl.privilege_type, case when acl.is_grantable then ' with grant option' end), ', '
            order by acl.privilege_type, acl.is_grantable
        ) as definition
    from lists
    left join lateral aclexplode(lists.acl) as acl on true
    group by lists.name, acl.grantee
)

select
    'grant' as kind,
    format('on %s to %s', name, grantee) as name,
    coalesce(definition, '') as definition
from granted
order by name;
