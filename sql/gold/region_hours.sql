-- scout.gold_region_hours: one row per region, business day of the buckets and hour, over all stores. A corrected sale
-- may have left a region without a trace: all regions of the days are computed.
-- reads:  silver/transactions_cleaned
-- params: first_day, last_day
-- rerun:  safe, the days' rows were removed in the same transaction
with written as (
    insert into scout.gold_region_hours (
        region, date_key, sold_hour,
        transaction_count, units, net_revenue, unique_customers, avg_transaction_value
    )
    select
        coalesce(sale.region, 'Unspecified') as region,
        sale.date_key,
        sale.sold_hour,
        count(*) as transaction_count,
        sum(sale.units) as units,
        sum(sale.peso_value) as net_revenue,
        count(distinct sale.customer_id) as unique_customers,
        round(sum(sale.peso_value) / count(*), 4) as avg_transaction_value
    from scout.silver_transactions_cleaned as sale
    where
        sale.deleted_at is null
        and sale.date_key in (select buckets.date_key from buckets)
        and sale.date_key >= cast(:first_day as date)
        and sale.date_key <= cast(:last_day as date)
    group by coalesce(sale.region, 'Unspecified'), sale.date_key, sale.sold_hour
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
