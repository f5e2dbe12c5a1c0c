-- scout.gold_category_summary: one row per category and business day of the buckets, over all stores.
-- reads:  silver/transactions_cleaned, silver/transaction_items
-- params: first_day, last_day
-- rerun:  safe, the days' rows were removed in the same transaction
with sale_categories as (
    select
        item.store_id,
        item.date_key,
        item.source_id,
        item.transaction_id,
        coalesce(item.category, 'Uncategorised') as category,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue
    from scout.silver_transaction_items as item
    where
        item.date_key in (select buckets.date_key from buckets)
        and item.date_key >= cast(:first_day as date)
        and item.date_key <= cast(:last_day as date)
    group by
        item.store_id, item.date_key, item.source_id, item.transaction_id, coalesce(item.category, 'Uncategorised')
),

assortments as (
    select
        coalesce(item.category, 'Uncategorised') as category,
        item.date_key,
        count(distinct item.brand_name) as brand_count,
        count(distinct item.sku) as sku_count
    from scout.silver_transaction_items as item
    where
        item.date_key in (select buckets.date_key from buckets)
        and item.date_key >= cast(:first_day as date)
        and item.date_key <= cast(:last_day as date)
    group by coalesce(item.category, 'Uncategorised'), item.date_key
),

category_days as (
    select
        sold.category,
        sold.date_key,
        -- a row is one sale with the category
        count(*) as transaction_count,
        sum(sold.line_count)::bigint as line_count,
        sum(sold.units) as units,
        sum(sold.net_revenue) as net_revenue,
        count(distinct sale.customer_id) as unique_customers
    from sale_categories as sold
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
    group by sold.category, sold.date_key
),

written as (
    insert into scout.gold_category_summary (
        category, date_key,
        transaction_count, units, net_revenue, unique_customers, brand_count, sku_count
    )
    select
        sold.category,
        sold.date_key,
        sold.transaction_count,
        sold.units,
        sold.net_revenue,
        sold.unique_customers,
        assortments.brand_count,
        assortments.sku_count
    from category_days as sold
    inner join assortments on sold.category = assortments.category and sold.date_key = assortments.date_key
    returning category
)

select
    (select coalesce(sum(category_days.line_count), 0)::bigint from category_days) as rows_read,
    (select count(*) from written) as rows_written;
