-- scout.gold_product_performance: one row per code and month that holds a bucket, over all stores.
-- reads:  silver/transaction_items
-- params: -
-- rerun:  safe, the months' rows were removed in the same transaction
with touched_months as (
    select distinct date_trunc('month', date_key)::date as month
    from buckets
),

code_transactions as (
    select
        item.sku,
        touched_months.month,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue
    from scout.silver_transaction_items as item
    inner join touched_months on date_trunc('month', item.date_key)::date = touched_months.month
    where
        item.date_key >= (select min(bounds.month) from touched_months as bounds)
        and item.date_key < (select max(bounds.month) + interval '1 month' from touched_months as bounds)::date
    group by item.sku, touched_months.month, item.store_id, item.source_id, item.transaction_id
)

insert into scout.gold_product_performance (sku, month, units, net_revenue, transactions)
select
    sku,
    month,
    sum(units),
    sum(net_revenue),
    count(*)
from code_transactions
group by sku, month;
