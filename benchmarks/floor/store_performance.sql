insert into floor.gold_store_performance (
    store_id, month,
    transaction_count, line_count, units, gross_sales, returns_value, adjustments_value, net_revenue,
    unique_customers, avg_transaction_value,
    active_days
)
select
    store_id,
    date_trunc('month', date_key)::date,
    count(*),
    sum(line_count)::bigint,
    sum(units),
    sum(gross_sales),
    sum(returns_value),
    sum(adjustments_value),
    sum(peso_value),
    count(distinct customer_id),
    round(sum(peso_value) / count(*), 4),
    count(distinct date_key)
from floor.silver_transactions_cleaned
group by store_id, date_trunc('month', date_key)::date;
