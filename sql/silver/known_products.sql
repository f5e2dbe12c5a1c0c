-- known_products: the versions of the touched products before the window describes them.
-- reads:  silver/dim_product
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table known_products on commit drop as
select
    version.sku,
    version.valid_from,
    version.valid_to,
    version.is_current,
    version.is_derived,
    version.is_product,
    version.description,
    version.brand_name,
    version.category,
    version.list_price
from scout.dim_product as version
inner join reference_touched as touched on touched.kind = 'product' and version.sku = touched.code;
