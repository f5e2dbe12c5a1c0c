-- 0036_quality_scan: rules are registered once.
create table ops.data_quality_registry (
    is_only boolean primary key default true check (is_only),
    digest text not null,
    row_versions text not null,
    registered_at timestamptz not null default now()
);
comment on table ops.data_quality_registry is
'The digest of the declaration that was registered last, and the versions of the rows that it left.';

create function ops.data_quality_row_versions() returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    -- a row that is written gets another xmin, whoever writes it
    select count(*) || ' ' || coalesce(sum(known.version), 0)
    from (
        select xmin::text::numeric as version from ops.data_quality_tables
        union all
        select xmin::text::numeric as version from ops.data_quality_rules
    ) as known;
$$;
comment on function ops.data_quality_row_versions() is
'A word that is another one after any change of the registered tables and rules.';
