insert into floor.gold_product_performance (sku, month, units, net_revenue, transactions)
select
    sku,
    date_trunc('month', date_key)::date,
    sum(quantity),
    sum(subtotal),
    count(distinct transaction_id)
from floor.silver_transaction_items
group by sku, date_trunc('month', date_key)::date;
