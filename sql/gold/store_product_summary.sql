-- scout.gold_store_product_summary: one row per product of each store and month that holds a bucket; customers, share
-- and rank are those of the store's month.
-- reads:  silver/transactions_cleaned, silver/transaction_items, silver/dim_product
-- params: first_month_day, last_month_day
-- rerun:  safe, the store-months' rows were removed in the same transaction
with store_months as (
    select distinct
        store_id,
        date_trunc('month', date_key)::date as month,
        (date_trunc('month', date_key) + interval '1 month')::date as next_month
    from buckets
),

code_months as (
    select
        item.store_id,
        store_months.month,
        item.sku,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue,
        -- text and not a row: rows are compared at several times the price
        count(distinct item.transaction_id || ' ' || item.source_id) as transaction_count,
        count(distinct sale.customer_id) as unique_customers,
        min(item.date_key) as first_sold_date,
        max(item.date_key) as last_sold_date
    from scout.silver_transaction_items as item
    inner join store_months
        on
            item.store_id = store_months.store_id
            and item.date_key >= store_months.month
            and item.date_key < store_months.next_month
    inner join scout.silver_transactions_cleaned as sale
        on
            item.store_id = sale.store_id
            and item.date_key = sale.date_key
            and item.source_id = sale.source_id
            and item.transaction_id = sale.transaction_id
    where
        sale.deleted_at is null
        and item.date_key >= cast(:first_month_day as date)
        and item.date_key <= cast(:last_month_day as date)
        and sale.date_key >= cast(:first_month_day as date)
        and sale.date_key <= cast(:last_month_day as date)
    group by item.sku, item.store_id, store_months.month
),

ranked as (
    select
        code_months.*,
        row_number() over (
            partition by code_months.store_id, code_months.month
            order by code_months.net_revenue desc, code_months.sku asc
        ) as revenue_rank,
        -- shares of a month that earned nothing say nothing
        nullif(
            greatest(sum(code_months.net_revenue) over (partition by code_months.store_id, code_months.month), 0), 0
        ) as month_revenue
    from code_months
    inner join scout.dim_product as product on code_months.sku = product.sku
    where product.is_current and product.is_product
),

written as (
    insert into scout.gold_store_product_summary (
        store_id, month, sku,
        units, net_revenue, transaction_count, unique_customers,
        first_sold_date, last_sold_date, revenue_share_pct, revenue_rank
    )
    select
        store_id,
        month,
        sku,
        units,
        net_revenue,
        transaction_count,
        unique_customers,
        first_sold_date,
        last_sold_date,
        round(100 * net_revenue / month_revenue, 4),
        revenue_rank
    from ranked
    returning sku
)

select
    (select coalesce(sum(code_months.line_count), 0)::bigint from code_months) as rows_read,
    (select count(*) from written) as rows_written;
