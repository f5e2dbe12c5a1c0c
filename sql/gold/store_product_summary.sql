-- scout.gold_store_product_summary: one row per product of each store and month that holds a bucket; customers, share
-- and rank are those of the store's month.
-- reads:  silver/transactions_cleaned, silver/transaction_items, silver/dim_product
-- params: -
-- rerun:  safe, the store-months' rows were removed in the same transaction
with store_months as (
    select distinct
        store_id,
        date_trunc('month', date_key)::date as month,
        (date_trunc('month', date_key) + interval '1 month')::date as next_month
    from buckets
),

-- in the order of the key of a sale, without the month: the join below then compares the whole key and not the store
sale_codes as (
    select
        item.store_id,
        item.date_key,
        item.source_id,
        item.transaction_id,
        item.sku,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue
    from scout.silver_transaction_items as item
    inner join store_months
        on
            item.store_id = store_months.store_id
            and item.date_key >= store_months.month
            and item.date_key < store_months.next_month
    where
        item.date_key >= (select min(bounds.month) from store_months as bounds)
        and item.date_key < (select max(bounds.next_month) from store_months as bounds)
    group by item.store_id, item.date_key, item.source_id, item.transaction_id, item.sku
),

code_months as (
    select
        sold.store_id,
        date_trunc('month', sold.date_key)::date as month,
        sold.sku,
        sum(sold.line_count)::bigint as line_count,
        sum(sold.units) as units,
        sum(sold.net_revenue) as net_revenue,
        -- a row is one sale with the code
        count(*) as transaction_count,
        count(distinct sale.customer_id) as unique_customers,
        min(sold.date_key) as first_sold_date,
        max(sold.date_key) as last_sold_date
    from sale_codes as sold
    inner join scout.silver_transactions_cleaned as sale
        on
            sold.store_id = sale.store_id
            and sold.date_key = sale.date_key
            and sold.source_id = sale.source_id
            and sold.transaction_id = sale.transaction_id
    where
        sale.deleted_at is null
        and sale.date_key >= (select min(bounds.month) from store_months as bounds)
        and sale.date_key < (select max(bounds.next_month) from store_months as bounds)
    group by sold.store_id, date_trunc('month', sold.date_key)::date, sold.sku
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
