-- scout.gold_brand_hours: one row per brand, business day of the buckets and hour, over all stores.
-- reads:  silver/transactions_cleaned, silver/transaction_items
-- params: first_day, last_day
-- rerun:  safe, the days' rows were removed in the same transaction
with sale_brands as (
    select
        coalesce(item.brand_name, 'Unbranded') as brand_name,
        sale.date_key,
        sale.sold_hour,
        sale.store_id,
        sale.customer_id,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue
    from scout.silver_transaction_items as item
    inner join scout.silver_transactions_cleaned as sale
        on
            item.store_id = sale.store_id
            and item.date_key = sale.date_key
            and item.source_id = sale.source_id
            and item.transaction_id = sale.transaction_id
    where
        sale.deleted_at is null
        and item.date_key in (select buckets.date_key from buckets)
        and item.date_key >= cast(:first_day as date)
        and item.date_key <= cast(:last_day as date)
        and sale.date_key >= cast(:first_day as date)
        and sale.date_key <= cast(:last_day as date)
    -- a row is one sale with the brand
    group by
        coalesce(item.brand_name, 'Unbranded'), sale.store_id, sale.date_key, sale.source_id, sale.transaction_id,
        sale.sold_hour, sale.customer_id
),

written as (
    insert into scout.gold_brand_hours (
        brand_name, date_key, sold_hour,
        transaction_count, units, net_revenue, unique_customers, avg_unit_price, store_count
    )
    select
        brand_name,
        date_key,
        sold_hour,
        count(*) as transaction_count,
        sum(units) as units,
        sum(net_revenue) as net_revenue,
        count(distinct customer_id) as unique_customers,
        round(sum(net_revenue) / nullif(sum(units), 0), 4) as avg_unit_price,
        count(distinct store_id) as store_count
    from sale_brands
    group by brand_name, date_key, sold_hour
    returning brand_name
)

select
    (select coalesce(sum(sale_brands.line_count), 0)::bigint from sale_brands) as rows_read,
    (select count(*) from written) as rows_written;
