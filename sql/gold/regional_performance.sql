-- scout.gold_regional_performance: one row per region and business day of the buckets, over all stores.
-- reads:  silver/transactions_cleaned
-- params: first_day, last_day
-- rerun:  safe, the days' rows were removed in the same transaction
with written as (
    insert into scout.gold_regional_performance (
        region, date_key,
        transaction_count, line_count, units, gross_sales, returns_value, adjustments_value, net_revenue,
        unique_customers, avg_transaction_value
    )
    select
        coalesce(sale.region, 'Unspecified') as region,
        sale.date_key,
        count(*) as transaction_count,
        sum(line_count)::bigint as line_count,
        sum(units) as units,
        sum(gross_sales) as gross_sales,
        sum(returns_value) as returns_value,
        sum(adjustments_value) as adjustments_value,
        sum(peso_value) as net_revenue,
        count(distinct customer_id) as unique_customers,
        round(sum(peso_value) / count(*), 4) as avg_transaction_value
    from scout.silver_transactions_cleaned as sale
    where
        sale.deleted_at is null
        and sale.date_key in (select buckets.date_key from buckets)
        and sale.date_key >= cast(:first_day as date)
        and sale.date_key <= cast(:last_day as date)
    group by coalesce(sale.region, 'Unspecified'), sale.date_key
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
