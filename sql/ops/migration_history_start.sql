-- migration history start: a migration begins; an interrupted attempt's row is taken up again.
-- reads:  -
-- params: revision, slug, direction, checksum_up, checksum_down, checksum_verify, os_user
-- rerun:  safe, upsert on the unfinished (revision, direction)
insert into ops.migration_history (
    revision, slug, direction, checksum_up, checksum_down, checksum_verify, applied_by, server_version
)
values (
    :revision, :slug, :direction, :checksum_up, :checksum_down, :checksum_verify,
    format('%s (os: %s)', session_user, cast(:os_user as text)),
    current_setting('server_version')
)
on conflict (revision, direction) where applied_at is null
do update set
    slug = excluded.slug,
    checksum_up = excluded.checksum_up,
    checksum_down = excluded.checksum_down,
    checksum_verify = excluded.checksum_verify,
    started_at = excluded.started_at,
    applied_by = excluded.applied_by,
    server_version = excluded.server_version;
