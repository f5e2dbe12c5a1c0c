-- scout.gold_category_hours: one row per category, business day of the buckets and hour, over all stores.
-- reads:  silver/transactions_cleaned, silver/transaction_items
-- params: first_day, last_day
-- rerun:  safe, the days' rows were removed in the same transaction
with sold_lines as (
    select
        coalesce(item.category, 'Uncategorised') as category,
        sale.date_key,
        sale.sold_hour,
        sale.source_id,
        sale.transaction_id,
        sale.customer_id,
        item.brand_name,
        item.sku,
        item.quantity,
        item.subtotal
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
),

category_hours as (
    select
        category,
        date_key,
        sold_hour,
        count(*) as line_count,
        -- text and not a row: rows are compared at several times the price
        count(distinct transaction_id || ' ' || source_id) as transaction_count,
        sum(quantity) as units,
        sum(subtotal) as net_revenue,
        count(distinct customer_id) as unique_customers,
        count(distinct brand_name) as brand_count,
        count(distinct sku) as sku_count
    from sold_lines
    group by category, date_key, sold_hour
),

written as (
    insert into scout.gold_category_hours (
        category, date_key, sold_hour,
        transaction_count, units, net_revenue, unique_customers, brand_count, sku_count
    )
    select
        category,
        date_key,
        sold_hour,
        transaction_count,
        units,
        net_revenue,
        unique_customers,
        brand_count,
        sku_count
    from category_hours
    returning category
)

select
    (select coalesce(sum(category_hours.line_count), 0)::bigint from category_hours) as rows_read,
    (select count(*) from written) as rows_written;
