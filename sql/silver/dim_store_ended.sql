-- scout.dim_store: versions that are current and are not those of now; of a store that begins in the future, its first.
-- reads:  -
-- params: -
-- rerun:  safe, writes only what differs; in the transaction that makes the others current
with chosen as (
    select distinct on (version.store_id)
        version.store_id,
        version.valid_from
    from scout.dim_store as version
    order by
        version.store_id asc,
        version.valid_from_at <= now() desc,
        case when version.valid_from_at <= now() then version.valid_from_at end desc,
        version.valid_from_at asc
)

update scout.dim_store as version
set is_current = false
from chosen
where version.store_id = chosen.store_id and version.is_current and version.valid_from <> chosen.valid_from;
