-- scout.gold_store_activity_stats: one row per store of touched_stores that ever sold; one scan of 90 days of sales for
-- all spans. Products are those of the store's months: of a month in which the 30 days begin or end it is known when a
-- product was sold first and last. Stores that wait to be computed there are counted from lines.
-- reads:  silver/transactions_cleaned, silver/transaction_items, silver/dim_product, gold/daily_aggregates,
--         gold/store_product_summary
-- params: -
-- rerun:  safe, the stores' rows were removed in the same transaction
with as_of as materialized (
    select
        coalesce(
            scout.latest_business_day(),
            -- before the first day is shown
            (
                select max(sale.date_key)
                from scout.silver_transactions_cleaned as sale
                where sale.deleted_at is null
            )
        ) as latest_day
),

-- from the first day, to before the day after the latest one
bounds as (
    select
        latest_day - 89 as from_90d,
        latest_day - 29 as from_30d,
        latest_day - 6 as from_7d,
        latest_day + 1 as end_day
    from as_of
),

lifetimes as (
    select
        touched.store_id,
        least(kept.first_sale_date, archived.first_sale_date) as first_sale_date,
        greatest(kept.last_sale_date, archived.last_sale_date) as last_sale_date,
        -- a day may be in silver that is not shown yet
        greatest(as_of.latest_day - greatest(kept.last_sale_date, archived.last_sale_date), 0) as silent_days
    from touched_stores as touched
    cross join as_of
    cross join
        lateral (
            select
                min(sale.date_key) as first_sale_date,
                max(sale.date_key) as last_sale_date
            from scout.silver_transactions_cleaned as sale
            where
                sale.store_id = touched.store_id and sale.deleted_at is null
                and sale.date_key >= (select ops.silver_kept_from())
        ) as kept
    -- of archived days gold is what is left
    cross join
        lateral (
            select
                min(shown.date_key) as first_sale_date,
                max(shown.date_key) as last_sale_date
            from scout.gold_daily_aggregates as shown
            where shown.store_id = touched.store_id and shown.date_key < (select ops.silver_kept_from())
        ) as archived
    where kept.first_sale_date is not null or archived.first_sale_date is not null
),

device_days as (
    select
        sale.store_id,
        sale.date_key,
        sale.device_id,
        count(*) as transaction_count,
        sum(sale.peso_value) as revenue
    from scout.silver_transactions_cleaned as sale
    inner join touched_stores on sale.store_id = touched_stores.store_id
    where
        sale.deleted_at is null
        -- said as sub-queries: partitions are left out by them
        and sale.date_key >= (select first_day.from_90d from bounds as first_day)
        and sale.date_key < (select last_day.end_day from bounds as last_day)
    group by sale.store_id, sale.date_key, sale.device_id
),

spans as (
    select
        daily.store_id,
        sum(daily.transaction_count) as sales_read,
        count(distinct daily.date_key) filter (where daily.date_key >= bounds.from_7d) as active_days_7d,
        count(distinct daily.date_key) filter (where daily.date_key >= bounds.from_30d) as active_days_30d,
        count(distinct daily.date_key) as active_days_90d,
        sum(daily.transaction_count) filter (where daily.date_key >= bounds.from_7d) as transaction_count_7d,
        sum(daily.transaction_count) filter (where daily.date_key >= bounds.from_30d) as transaction_count_30d,
        sum(daily.transaction_count) as transaction_count_90d,
        sum(daily.revenue) filter (where daily.date_key >= bounds.from_7d) as revenue_7d,
        sum(daily.revenue) filter (where daily.date_key >= bounds.from_30d) as revenue_30d,
        sum(daily.revenue) as revenue_90d,
        count(distinct daily.device_id) filter (where daily.date_key >= bounds.from_30d) as device_count_30d
    from device_days as daily
    cross join bounds
    group by daily.store_id
),

waiting as (
    select distinct touched.store_id
    from touched_stores as touched
    inner join ops.dirty_buckets as mark on touched.store_id = mark.store_id
    cross join bounds
    where
        mark.layer = 'gold/store_product_summary'
        and mark.date_key >= date_trunc('month', bounds.from_30d)
        and mark.date_key < date_trunc('month', bounds.end_day) + interval '1 month'
),

sold as (
    select
        summary.store_id,
        summary.sku,
        count(*) as row_count
    from scout.gold_store_product_summary as summary
    inner join touched_stores on summary.store_id = touched_stores.store_id
    cross join bounds
    where
        summary.month >= date_trunc('month', bounds.from_30d)
        and summary.last_sold_date >= bounds.from_30d
        and summary.first_sold_date < bounds.end_day
        and not exists (
            select 1 from waiting
            where waiting.store_id = summary.store_id
        )
    group by summary.store_id, summary.sku
    union all
    select
        item.store_id,
        item.sku,
        count(*) as row_count
    from scout.silver_transaction_items as item
    inner join waiting on item.store_id = waiting.store_id
    where
        item.date_key >= (select first_day.from_30d from bounds as first_day)
        and item.date_key < (select last_day.end_day from bounds as last_day)
    group by item.store_id, item.sku
),

assortments as (
    select
        sold.store_id,
        sum(sold.row_count) as rows_read,
        count(*) filter (where product.is_product) as product_count_30d
    from sold
    inner join scout.dim_product as product on sold.sku = product.sku and product.is_current
    group by sold.store_id
),

written as (
    insert into scout.gold_store_activity_stats (
        store_id, as_of_date, first_sale_date, last_sale_date, silent_days, activity_status,
        active_days_7d, active_days_30d, active_days_90d,
        transaction_count_7d, transaction_count_30d, transaction_count_90d,
        revenue_7d, revenue_30d, revenue_90d,
        product_count_30d, device_count_30d, avg_daily_revenue_30d
    )
    select
        lifetimes.store_id,
        as_of.latest_day,
        lifetimes.first_sale_date,
        lifetimes.last_sale_date,
        lifetimes.silent_days,
        scout.activity_status(lifetimes.silent_days),
        coalesce(spans.active_days_7d, 0),
        coalesce(spans.active_days_30d, 0),
        coalesce(spans.active_days_90d, 0),
        coalesce(spans.transaction_count_7d, 0),
        coalesce(spans.transaction_count_30d, 0),
        coalesce(spans.transaction_count_90d, 0),
        coalesce(spans.revenue_7d, 0),
        coalesce(spans.revenue_30d, 0),
        coalesce(spans.revenue_90d, 0),
        coalesce(assortments.product_count_30d, 0),
        coalesce(spans.device_count_30d, 0),
        round(spans.revenue_30d / nullif(spans.active_days_30d, 0), 4)
    from lifetimes
    cross join as_of
    left join spans on lifetimes.store_id = spans.store_id
    left join assortments on lifetimes.store_id = assortments.store_id
    returning store_id
)

select
    (
        (select coalesce(sum(spans.sales_read), 0) from spans)
        + (select coalesce(sum(assortments.rows_read), 0) from assortments)
    )::bigint as rows_read,
    (select count(*) from written) as rows_written;
