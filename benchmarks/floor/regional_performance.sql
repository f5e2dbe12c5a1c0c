insert into floor.gold_regional_performance (
    region, date_key,
    transaction_count, line_count, units, gross_sales, returns_value, adjustments_value, net_revenue,
    unique_customers, avg_transaction_value
)
select
    coalesce(region, 'Unspecified'),
    date_key,
    count(*),
    sum(line_count)::bigint,
    sum(units),
    sum(gross_sales),
    sum(returns_value),
    sum(adjustments_value),
    sum(peso_value),
    count(distinct customer_id),
    round(sum(peso_value) / count(*), 4)
from floor.silver_transactions_cleaned
group by coalesce(region, 'Unspecified'), date_key;
