-- scout.dim_store: versions that are current and are not those of now are current no more.
-- reads:  -
-- params: -
-- rerun:  safe, writes only what differs; in the transaction that makes the others current
update scout.dim_store as version
set is_current = false
from store_versions as chosen
where version.store_id = chosen.store_id and version.is_current and version.valid_from <> chosen.valid_from;
