-- scout.gold_daily_aggregates: one row per store and business day of the buckets, computed from silver.
-- reads:  silver/transactions_cleaned
-- params: first_day, last_day
-- rerun:  safe, the buckets' rows were removed in the same transaction
with written as (
    insert into scout.gold_daily_aggregates (
        store_id, date_key,
        transaction_count, line_count, units, gross_sales, returns_value, adjustments_value, net_revenue,
        unique_customers, avg_transaction_value
    )
    select
        sale.store_id,
        sale.date_key,
        count(*) as transaction_count,
        sum(sale.line_count)::bigint as line_count,
        sum(sale.units) as units,
        sum(sale.gross_sales) as gross_sales,
        sum(sale.returns_value) as returns_value,
        sum(sale.adjustments_value) as adjustments_value,
        sum(sale.peso_value) as net_revenue,
        count(distinct sale.customer_id) as unique_customers,
        round(sum(sale.peso_value) / count(*), 4) as avg_transaction_value
    from scout.silver_transactions_cleaned as sale
    inner join buckets on sale.store_id = buckets.store_id and sale.date_key = buckets.date_key
    where
        sale.deleted_at is null
        and sale.date_key >= cast(:first_day as date)
        and sale.date_key <= cast(:last_day as date)
    group by sale.store_id, sale.date_key
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
