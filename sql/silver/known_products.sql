-- known_products: which of the touched codes were products before the window described them.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table known_products on commit drop as
select
    product.sku,
    product.is_product
from scout.dim_product as product
inner join reference_touched as touched on touched.kind = 'product' and product.sku = touched.code
where product.is_current;
