-- scout.gold_product_performance: one row per code and month that holds a bucket, over all stores. A transaction
-- belongs to one source, so its count per source adds up; one pass, because a join of sums and counts would trust
-- estimates that a first load does not have.
-- reads:  silver/transaction_items
-- params: first_month_day, last_month_day
-- rerun:  safe, the months' rows were removed in the same transaction
with touched_months as (
    select distinct date_trunc('month', date_key)::date as month
    from buckets
),

by_source as (
    select
        item.sku,
        touched.month,
        item.source_id,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue,
        count(distinct item.transaction_id) as transactions
    from scout.silver_transaction_items as item
    inner join touched_months as touched
        -- of a time without a zone: half the price
        on date_trunc('month', item.date_key::timestamp)::date = touched.month
    where
        item.date_key >= cast(:first_month_day as date)
        and item.date_key <= cast(:last_month_day as date)
    group by item.sku, touched.month, item.source_id
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
