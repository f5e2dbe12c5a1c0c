-- migration history interrupted: migrations outside a transaction that began and never ended.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
select
    revision,
    slug,
    direction,
    started_at,
    applied_by
from ops.migration_history
where applied_at is null
order by started_at;
