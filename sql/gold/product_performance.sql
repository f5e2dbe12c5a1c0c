-- scout.gold_product_performance: one row per code and month that holds a bucket, over all stores. A transaction
-- belongs to one store and source, so counts of it add up: products are added up from those of the months' stores.
-- Codes that do not stand there, because they are no products, are counted from lines; and so are all codes while some
-- of these months wait to be computed there. A month whose stores are not marked in a snapshot is, in that snapshot,
-- what its lines add up to.
-- reads:  silver/transaction_items, gold/store_product_summary
-- params: first_month_day, last_month_day
-- rerun:  safe, the months' rows were removed in the same transaction
with touched_months as (
    select distinct date_trunc('month', date_key)::date as month
    from buckets
),

summaries as (
    select
        exists(
            select 1
            from ops.dirty_buckets as mark
            where
                mark.layer = 'gold/store_product_summary'
                and date_trunc('month', mark.date_key)::date in (select touched.month from touched_months as touched)
        ) as wait
),

store_products as (
    select
        sold.store_id,
        sold.month,
        sold.sku,
        sold.units,
        sold.net_revenue,
        sold.transaction_count
    from scout.gold_store_product_summary as sold
    inner join touched_months as touched on sold.month = touched.month
    where not (select summaries.wait from summaries)
),

-- in two branches, so that while stores wait their lines are looked up nowhere
lines as (
    select
        item.sku,
        item.date_key,
        item.source_id,
        item.transaction_id,
        item.quantity,
        item.subtotal
    from scout.silver_transaction_items as item
    where
        (select summaries.wait from summaries)
        and item.date_key >= cast(:first_month_day as date)
        and item.date_key <= cast(:last_month_day as date)
    union all
    select
        item.sku,
        item.date_key,
        item.source_id,
        item.transaction_id,
        item.quantity,
        item.subtotal
    from scout.silver_transaction_items as item
    where
        not (select summaries.wait from summaries)
        and item.date_key >= cast(:first_month_day as date)
        and item.date_key <= cast(:last_month_day as date)
        and not exists (
            select 1
            from store_products as sold
            where
                sold.store_id = item.store_id
                and sold.month = date_trunc('month', item.date_key::timestamp)::date
                and sold.sku = item.sku
        )
),

by_source as (
    select
        line.sku,
        touched.month,
        line.source_id,
        count(*) as row_count,
        sum(line.quantity) as units,
        sum(line.subtotal) as net_revenue,
        count(distinct line.transaction_id) as transactions
    from lines as line
    inner join touched_months as touched
        -- of a time without a zone: half the price
        on date_trunc('month', line.date_key::timestamp)::date = touched.month
    group by line.sku, touched.month, line.source_id
),

parts as (
    select
        sku,
        month,
        row_count,
        units,
        net_revenue,
        transactions
    from by_source
    union all
    select
        sku,
        month,
        1 as row_count,
        units,
        net_revenue,
        transaction_count as transactions
    from store_products
),

written as (
    insert into scout.gold_product_performance (sku, month, units, net_revenue, transactions)
    select
        sku,
        month,
        sum(units),
        sum(net_revenue),
        sum(transactions)::bigint
    from parts
    group by sku, month
    returning sku
)

select
    (select coalesce(sum(parts.row_count), 0)::bigint from parts) as rows_read,
    (select count(*) from written) as rows_written;
