-- known_stores: the versions of the touched stores before the window describes them.
-- reads:  silver/dim_store
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table known_stores on commit drop as
select
    version.store_id,
    version.valid_from_at,
    version.valid_to_at,
    version.time_zone,
    version.region
from scout.dim_store as version
inner join reference_touched as touched on touched.kind = 'store' and version.store_code = touched.code;
