-- scout.dim_product: versions that are current and are not those of today are current no more.
-- reads:  -
-- params: -
-- rerun:  safe, writes only what differs; in the transaction that makes the others current
update scout.dim_product as version
set is_current = false
from product_versions as chosen
where version.sku = chosen.sku and version.is_current and version.valid_from <> chosen.valid_from;
