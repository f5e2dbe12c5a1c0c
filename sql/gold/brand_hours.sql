-- scout.gold_brand_hours: one row per brand, business day of the buckets and hour, over all stores.
-- reads:  silver/transactions_cleaned, silver/transaction_items
-- params: first_day, last_day
-- rerun:  safe, the days' rows were removed in the same transaction
with sale_brands as (
    select
        item.store_id,
        item.date_key,
        item.source_id,
        item.transaction_id,
        coalesce(item.brand_name, 'Unbranded') as brand_name,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue
    from scout.silver_transaction_items as item
    where
        item.date_key in (select buckets.date_key from buckets)
        and item.date_key >= cast(:first_day as date)
        and item.date_key <= cast(:last_day as date)
    group by
        item.store_id, item.date_key, item.source_id, item.transaction_id, coalesce(item.brand_name, 'Unbranded')
),

brand_hours as (
    select
        sold.brand_name,
        sold.date_key,
        sale.sold_hour,
        -- a row is one sale with the brand
        count(*) as transaction_count,
        sum(sold.line_count)::bigint as line_count,
        sum(sold.units) as units,
        sum(sold.net_revenue) as net_revenue,
        count(distinct sale.customer_id) as unique_customers,
        round(sum(sold.net_revenue) / nullif(sum(sold.units), 0), 4) as avg_unit_price,
        count(distinct sold.store_id) as store_count
    from sale_brands as sold
    inner join scout.silver_transactions_cleaned as sale
        on
            sold.store_id = sale.store_id
            and sold.date_key = sale.date_key
            and sold.source_id = sale.source_id
            and sold.transaction_id = sale.transaction_id
    where
        sale.deleted_at is null
        and sale.date_key >= cast(:first_day as date)
        and sale.date_key <= cast(:last_day as date)
    group by sold.brand_name, sold.date_key, sale.sold_hour
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
        transaction_count,
        units,
        net_revenue,
        unique_customers,
        avg_unit_price,
        store_count
    from brand_hours
    returning brand_name
)

select
    (select coalesce(sum(brand_hours.line_count), 0)::bigint from brand_hours) as rows_read,
    (select count(*) from written) as rows_written;
