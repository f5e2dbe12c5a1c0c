-- scout.gold_time_of_day: one row per store, business day and part of the day of the buckets, computed from silver.
-- reads:  silver/transactions_cleaned
-- params: first_day, last_day
-- rerun:  safe, the buckets' rows were removed in the same transaction
with written as (
    insert into scout.gold_time_of_day (
        store_id, date_key, time_of_day,
        transaction_count, units, net_revenue, unique_customers
    )
    select
        sale.store_id,
        sale.date_key,
        scout.time_of_day(sale.sold_hour) as time_of_day,
        count(*) as transaction_count,
        sum(sale.units) as units,
        sum(sale.peso_value) as net_revenue,
        count(distinct sale.customer_id) as unique_customers
    from scout.silver_transactions_cleaned as sale
    inner join buckets on sale.store_id = buckets.store_id and sale.date_key = buckets.date_key
    where
        sale.deleted_at is null
        and sale.date_key >= cast(:first_day as date)
        and sale.date_key <= cast(:last_day as date)
    group by sale.store_id, sale.date_key, scout.time_of_day(sale.sold_hour)
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
