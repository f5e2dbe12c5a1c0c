-- 0001_foundation: the schemas, the extensions, and nothing granted that nobody asked for.
-- Extensions come before the default privileges: their functions keep the rights their authors gave them.

create schema if not exists ops;
create schema scout;
create schema extensions;

comment on schema scout is 'Data: bronze, silver, gold, and what people read.';
comment on schema extensions is 'Extensions only, apart from data and operations.';

create extension pg_trgm with schema extensions;
create extension unaccent with schema extensions;
create extension pg_stat_statements with schema extensions;

revoke all on schema public from public;

do $$
begin
    execute format('revoke create, temporary on database %I from public', current_database());
end
$$;

alter default privileges revoke execute on functions from public;

create function ops.verify_migrations()
returns table (
    revision text,
    slug text,
    applied_at timestamptz,
    duration_ms bigint,
    applied_by text,
    checksum_up text,
    is_current boolean
)
language sql
stable
security invoker
set search_path = ''
begin atomic
    select
        history.revision,
        history.slug,
        history.applied_at,
        history.duration_ms,
        history.applied_by,
        history.checksum_up,
        exists(
            select 1
            from ops.alembic_version as version
            where version.version_num = history.revision
        ) as is_current
    from ops.migration_history as history
    where
        history.direction = 'up'
        and history.applied_at is not null
        and history.rolled_back_at is null
    order by history.revision;
end;

comment on function ops.verify_migrations() is
'The migrations in force, oldest first, with the checksum of their up.sql; is_current marks the newest.';
