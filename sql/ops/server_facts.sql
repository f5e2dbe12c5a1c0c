-- server facts: the version of this server, and which of the needed extensions it cannot offer.
-- reads:  -
-- params: extensions
-- rerun:  safe, reads only
select
    current_setting('server_version') as version_text,
    current_setting('server_version_num')::integer / 10000 as major_version,
    array(
        select wanted.extension_name
        from unnest(cast(:extensions as text[])) as wanted (extension_name)
        left join
            pg_available_extensions() as offered (extension_name, default_version, description)
            on wanted.extension_name = offered.extension_name
        where offered.extension_name is null
        order by wanted.extension_name
    ) as missing_extensions;
