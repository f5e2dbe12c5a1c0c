-- The layers that tell products from other codes are named.
select
    'layers without tells_products' as problem,
    expected.layer as object
from (
    values
    ('gold/product_mix'),
    ('gold/store_product_summary'),
    ('gold/store_activity_stats')
) as expected (layer)
where
    not exists (
        select 1
        from ops.bucket_layers as known
        where known.layer = expected.layer and known.tells_products
    );
