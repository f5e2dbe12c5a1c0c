-- scout.gold_product_performance: one row per code and month that holds a bucket, over all stores. Sums and distinct
-- transactions are grouped apart: sorting all lines for count(distinct) costs twice as much, and
-- a join of the two would trust estimates that a first load does not have.
-- reads:  silver/transaction_items
-- params: -
-- rerun:  safe, the months' rows were removed in the same transaction
with touched_months as (
    select distinct date_trunc('month', date_key)::date as month
    from buckets
),

lines as not materialized (
    select
        item.sku,
        touched_months.month,
        item.store_id,
        item.source_id,
        item.transaction_id,
        item.quantity,
        item.subtotal
    from scout.silver_transaction_items as item
    inner join touched_months on date_trunc('month', item.date_key)::date = touched_months.month
    where
        item.date_key >= (select min(bounds.month) from touched_months as bounds)
        and item.date_key < (select max(bounds.month) + interval '1 month' from touched_months as bounds)::date
),

sums as (
    select
        sku,
        month,
        sum(quantity) as units,
        sum(subtotal) as net_revenue
    from lines
    group by sku, month
),

code_transactions as (
    select distinct
        sku,
        month,
        source_id,
        transaction_id
    from lines
),

figures as (
    select
        sku,
        month,
        units,
        net_revenue,
        0 as transactions
    from sums
    union all
    select
        sku,
        month,
        0,
        0,
        count(*)
    from code_transactions
    group by sku, month
)

insert into scout.gold_product_performance (sku, month, units, net_revenue, transactions)
select
    sku,
    month,
    sum(units),
    sum(net_revenue),
    sum(transactions)::bigint
from figures
group by sku, month;
