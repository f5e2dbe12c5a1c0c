-- scout.gold_product_performance: one row per code and month that holds a bucket, over all stores. A transaction
-- belongs to one source, so its count per source adds up; one pass, because a join of sums and counts would trust
-- estimates that a first load does not have.
-- reads:  silver/transaction_items
-- params: -
-- rerun:  safe, the months' rows were removed in the same transaction
with touched_months as (
    select distinct date_trunc('month', date_key)::date as month
    from buckets
),

by_source as (
    select
        item.sku,
        date_trunc('month', item.date_key)::date as month,
        item.source_id,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue,
        count(distinct item.transaction_id) as transactions
    from scout.silver_transaction_items as item
    where
        date_trunc('month', item.date_key)::date in (select touched.month from touched_months as touched)
        and item.date_key >= (select min(bounds.month) from touched_months as bounds)
        and item.date_key < (select max(bounds.month) + interval '1 month' from touched_months as bounds)::date
    group by item.sku, date_trunc('month', item.date_key)::date, item.source_id
),

written as (
    insert into scout.gold_product_performance (sku, month, units, net_revenue, transactions)
    select
        sku,
        month,
        sum(units),
        sum(net_revenue),
        sum(transactions)::bigint
    from by_source
    group by sku, month
    returning sku
)

select
    (select coalesce(sum(by_source.line_count), 0)::bigint from by_source) as rows_read,
    (select count(*) from written) as rows_written;
