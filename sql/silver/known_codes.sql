-- known_products: which of the codes that the window's lines name are products, before the window changes that.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table known_products on commit drop as
select
    product.sku,
    product.is_current,
    product.is_product
from scout.dim_product as product
where
    product.is_current
    and product.sku in (
        select named.sku
        from scout.dim_product_descriptions as named
        where named.is_pending
    );
