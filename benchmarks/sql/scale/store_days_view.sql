-- What somebody would use instead of buckets: the same figures as a materialized view.
create materialized view bench.store_days as
select
    store_id,
    date_key,
    count(*) as transaction_count,
    sum(line_count)::bigint as line_count,
    sum(units) as units,
    sum(gross_sales) as gross_sales,
    sum(returns_value) as returns_value,
    sum(adjustments_value) as adjustments_value,
    sum(peso_value) as net_revenue,
    count(distinct customer_id) as unique_customers,
    round(sum(peso_value) / count(*), 4) as avg_transaction_value
from scout.silver_transactions_cleaned
where deleted_at is null
group by store_id, date_key;
