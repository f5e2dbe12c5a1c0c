-- 0001_foundation: each SELECT returns what is missing.
select
    'schema' as kind,
    expected.name
from (values ('scout'), ('ops'), ('extensions')) as expected (name)
where to_regnamespace(expected.name) is null;

select
    'extension in schema extensions' as kind,
    expected.name
from (values ('pg_trgm'), ('unaccent'), ('pg_stat_statements')) as expected (name)
where not exists (
    select 1
    from pg_catalog.pg_extension as installed
    where installed.extname = expected.name and installed.extnamespace = to_regnamespace('extensions')
);

select
    'function' as kind,
    'ops.verify_migrations()' as name
where to_regprocedure('ops.verify_migrations()') is null;

select
    'revoke from public' as kind,
    'schema public' as name
from pg_catalog.pg_namespace as namespace
cross join lateral aclexplode(coalesce(namespace.nspacl, acldefault('n', namespace.nspowner))) as granted
where namespace.nspname = 'public' and granted.grantee = 0;

select
    'revoke from public' as kind,
    granted.privilege_type as name
from pg_catalog.pg_database as this
cross join lateral aclexplode(coalesce(this.datacl, acldefault('d', this.datdba))) as granted
where
    this.datname = current_database()
    and granted.grantee = 0
    and granted.privilege_type in ('CREATE', 'TEMPORARY');

select
    'default privileges' as kind,
    'execute on functions is not revoked from public' as name
where not exists (
    select 1
    from pg_catalog.pg_default_acl as defaults
    where
        defaults.defaclobjtype = 'f'
        and defaults.defaclnamespace = 0
        and not exists (
            select 1
            from aclexplode(defaults.defaclacl) as granted
            where granted.grantee = 0
        )
);
