-- fingerprint: what silver says, one hash a table, whatever the ids, times and order of writing.
-- reads:  silver/transactions_cleaned, silver/transaction_items, silver/dim_product
-- params: -
-- rerun:  safe, read only
with transactions as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            sale.date_key,
            source.source_name,
            sale.transaction_id,
            sale.transaction_type,
            sale.sold_at at time zone 'UTC',
            sale.customer_id,
            sale.region,
            sale.line_count,
            trim_scale(sale.units),
            trim_scale(sale.gross_sales),
            trim_scale(sale.returns_value),
            trim_scale(sale.adjustments_value),
            trim_scale(sale.peso_value),
            sale.content_hash,
            sale.deleted_at is null,
            sale.sold_hour,
            sale.device_id,
            sale.device_sequence,
            sale.campaign_id,
            sale.is_campaign_influenced,
            sale.payment_method,
            sale.customer_type,
            sale.gender,
            sale.age_bracket,
            sale.economic_class,
            trim_scale(sale.stated_value),
            sale.stated_basket_size,
            sale.unmapped
        )::text, 0) as row_hash
    from scout.silver_transactions_cleaned as sale
    left join scout.store_registry as store on sale.store_id = store.store_id
    left join scout.dim_source as source on sale.source_id = source.source_id
),

items as (
    select
        hashtextextended(jsonb_build_array(
            store.store_code,
            item.date_key,
            source.source_name,
            item.transaction_id,
            item.line_number,
            item.line_type,
            item.sku,
            item.description,
            trim_scale(item.quantity),
            trim_scale(item.unit_price),
            trim_scale(item.subtotal),
            item.sold_at at time zone 'UTC',
            item.brand_name,
            item.category,
            item.unit,
            item.detection_method,
            trim_scale(item.confidence),
            item.is_list_price
        )::text, 0) as row_hash
    from scout.silver_transaction_items as item
    left join scout.store_registry as store on item.store_id = store.store_id
    left join scout.dim_source as source on item.source_id = source.source_id
),

products as (
    select
        hashtextextended(jsonb_build_array(
            sku,
            valid_from,
            valid_to,
            is_current,
            description,
            is_product,
            brand_name,
            category,
            trim_scale(list_price)
        )::text, 0) as row_hash
    from scout.dim_product
),

hashed as (
    select
        'scout.silver_transactions_cleaned' as table_name,
        row_hash
    from transactions
    union all
    select
        'scout.silver_transaction_items' as table_name,
        row_hash
    from items
    union all
    select
        'scout.dim_product' as table_name,
        row_hash
    from products
)

select
    table_name,
    count(*) as row_count,
    -- a sum, not an xor: two equal rows must not cancel each other
    sum(row_hash)::text as content_hash
from hashed
group by table_name
order by table_name;
