-- known_products: which codes that only sales describe are products, before the mappings of today tell it again.
-- reads:  silver/dim_product
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table known_products on commit drop as
select
    product.sku,
    product.is_current,
    product.is_product
from scout.dim_product as product
where product.is_current and product.is_derived;
