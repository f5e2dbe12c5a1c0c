-- scout.dim_product: the versions of today are current.
-- reads:  -
-- params: -
-- rerun:  safe, writes only what differs; after the others are current no more
update scout.dim_product as version
set is_current = true
from product_versions as chosen
where version.sku = chosen.sku and version.valid_from = chosen.valid_from and not version.is_current;
