-- store_versions: which version of each store is that of now; of a store that begins in the future, its first.
-- reads:  silver/dim_store
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table store_versions on commit drop as
select distinct on (version.store_id)
    version.store_id,
    version.valid_from
from scout.dim_store as version
order by
    version.store_id asc,
    version.valid_from_at <= now() desc,
    case when version.valid_from_at <= now() then version.valid_from_at end desc,
    version.valid_from_at asc;
