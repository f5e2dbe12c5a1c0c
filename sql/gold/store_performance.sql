-- scout.gold_store_performance: one row per store and month that holds a bucket; customers counted over the month.
-- reads:  silver/transactions_cleaned
-- params: first_month_day, last_month_day
-- rerun:  safe, the store-months' rows were removed in the same transaction
with store_months as (
    select distinct
        store_id,
        date_trunc('month', date_key)::date as month
    from buckets
),

written as (
    insert into scout.gold_store_performance (
        store_id, month,
        transaction_count, line_count, units, gross_sales, returns_value, adjustments_value, net_revenue,
        unique_customers, avg_transaction_value,
        active_days
    )
    select
        sale.store_id,
        store_months.month,
        count(*) as transaction_count,
        sum(sale.line_count)::bigint as line_count,
        sum(sale.units) as units,
        sum(sale.gross_sales) as gross_sales,
        sum(sale.returns_value) as returns_value,
        sum(sale.adjustments_value) as adjustments_value,
        sum(sale.peso_value) as net_revenue,
        count(distinct sale.customer_id) as unique_customers,
        round(sum(sale.peso_value) / count(*), 4) as avg_transaction_value,
        count(distinct sale.date_key) as active_days
    from scout.silver_transactions_cleaned as sale
    inner join store_months
        on sale.store_id = store_months.store_id and date_trunc('month', sale.date_key)::date = store_months.month
    where
        sale.deleted_at is null
        and sale.date_key >= cast(:first_month_day as date)
        and sale.date_key <= cast(:last_month_day as date)
    group by sale.store_id, store_months.month
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
