-- fingerprint database: extensions, comments, event triggers, publications, settings of roles here.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with member_of_extension as (
    select
        classid,
        objid
    from pg_depend
    where deptype = 'e'
),

described as (
    select
        'extension' as kind,
        extname::text as name,
        format('version %s in %s', extversion, extnamespace::regnamespace) as definition
    from pg_extension

    union all

    select
        'comment',
        concat_ws(' ', object.type, object.identity),
        pg_description.description
    from pg_description
    cross join
        lateral pg_identify_object(
            pg_description.classoid, pg_description.objoid, pg_description.objsubid
        ) as object
    where
        -- Below 16384 stand the objects that every new database has.
        (pg_description.objoid >= 16384 or pg_description.objoid = to_regnamespace('public'))
        and pg_description.objoid not in (
            select member.objid from member_of_extension as member
            where member.classid = pg_description.classoid
        )

    union all

    select
        'comment',
        'database',
        pg_shdescription.description
    from pg_shdescription
    inner join pg_database on pg_shdescription.objoid = pg_database.oid
    where
        pg_shdescription.classoid = 'pg_database'::regclass
        and pg_database.datname = current_database()

    union all

    select
        'event trigger',
        evtname::text,
        format('on %s execute %s, enabled %s, tags %s', evtevent, evtfoid::regprocedure, evtenabled, evttags)
    from pg_event_trigger

    union all

    select
        'publication',
        pubname::text,
        concat_ws(
            ' ', case when puballtables then 'all tables' end,
            case when pubinsert then 'insert' end, case when pubupdate then 'update' end,
            case when pubdelete then 'delete' end, case when pubtruncate then 'truncate' end,
            (
                select
                    string_agg(
                        pg_publication_rel.prrelid::regclass::text, ', '
                        order by pg_publication_rel.prrelid::regclass::text
                    )
                from pg_publication_rel
                where pg_publication_rel.prpubid = pg_publication.oid
            )
        )
    from pg_publication

    union all

    select
        'foreign server',
        srvname::text,
        concat_ws(', ', srvtype, srvversion, srvoptions::text)
    from pg_foreign_server

    union all

    select
        'setting',
        coalesce('role ' || pg_get_userbyid(nullif(setrole, 0)), 'database'),
        (select string_agg(s, ', ' order by s) from unnest(setconfig) as s)
    from pg_db_role_setting
    where setdatabase = (
        select pg_database.oid from pg_database
        where pg_database.datname = current_database()
    )
)

select
    kind,
    name,
    definition
from described
order by kind, name;
