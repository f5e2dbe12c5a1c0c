-- migration history applied: the migrations that are in force now, oldest first.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
select
    revision,
    slug,
    checksum_up,
    checksum_down,
    checksum_verify,
    started_at,
    applied_at,
    duration_ms,
    applied_by,
    server_version
from ops.migration_history
where direction = 'up' and applied_at is not null and rolled_back_at is null
order by revision;
