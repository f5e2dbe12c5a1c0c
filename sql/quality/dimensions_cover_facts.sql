-- promise: every code, customer and store that occurs in a fact is in its dimension, a store with a version of its day.
-- reads:  silver/transaction_items, silver/transactions_cleaned, silver/dim_product, silver/dim_customer,
--         silver/dim_store
-- params: -
-- rerun:  safe, read only
with used_codes as (
    select distinct sku
    from scout.silver_transaction_items
),

broken as (
    select
        'dim_product' as dimension,
        used_codes.sku as missing
    from used_codes
    left join scout.dim_product as product on used_codes.sku = product.sku
    where product.sku is null
    union all
    select
        'dim_customer',
        sale.customer_id::text
    from scout.silver_transactions_cleaned as sale
    left join scout.dim_customer as customer on sale.customer_id = customer.customer_id
    where sale.customer_id is not null and customer.customer_id is null
    union all
    select
        'dim_store',
        sale.store_id::text
    from (
        select distinct
            store_id,
            date_key
        from scout.silver_transaction_keys
    ) as sale
    left join scout.dim_store as store
        on
            sale.store_id = store.store_id
            and sale.date_key >= store.valid_from
            and sale.date_key < store.valid_to
    where store.store_id is null
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
