-- scout.dim_store: the versions of now are current, and stores are active until the day on which they close.
-- reads:  -
-- params: -
-- rerun:  safe, writes only what differs; after the others are current no more
with wanted as (
    select
        version.store_id,
        version.valid_from,
        version.valid_from = chosen.valid_from as is_current,
        coalesce(version.closed_on > (now() at time zone version.time_zone)::date, true) as is_active
    from scout.dim_store as version
    inner join store_versions as chosen on version.store_id = chosen.store_id
)

update scout.dim_store as version
set is_current = wanted.is_current, is_active = wanted.is_active
from wanted
where
    version.store_id = wanted.store_id
    and version.valid_from = wanted.valid_from
    and (version.is_current, version.is_active) is distinct from (wanted.is_current, wanted.is_active);
