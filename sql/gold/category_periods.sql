-- scout.gold_category_periods: one row per category and week or month that holds a bucket, over all stores.
-- reads:  silver/transactions_cleaned, silver/transaction_items
-- params: first_period_day, last_period_day
-- rerun:  safe, the periods' rows were removed in the same transaction
with touched_periods as (
    select distinct
        span.period,
        span.period_start,
        span.period_end
    from buckets
    cross join
        lateral (
            values
            (
                'week',
                date_trunc('week', buckets.date_key)::date,
                (date_trunc('week', buckets.date_key) + interval '1 week')::date
            ),
            (
                'month',
                date_trunc('month', buckets.date_key)::date,
                (date_trunc('month', buckets.date_key) + interval '1 month')::date
            )
        ) as span (period, period_start, period_end)
),

touched_days as (
    select distinct
        day.midnight::date as date_key,
        date_trunc('week', day.midnight)::date as week,
        date_trunc('month', day.midnight)::date as month
    from touched_periods as touched
    cross join lateral generate_series(touched.period_start, touched.period_end - 1, interval '1 day') as day (midnight)
),

sale_categories as (
    select
        item.store_id,
        item.date_key,
        item.source_id,
        item.transaction_id,
        coalesce(item.category, 'Uncategorised') as category,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue
    from scout.silver_transaction_items as item
    where
        item.date_key in (select touched.date_key from touched_days as touched)
        and item.date_key >= cast(:first_period_day as date)
        and item.date_key <= cast(:last_period_day as date)
    group by
        item.store_id, item.date_key, item.source_id, item.transaction_id, coalesce(item.category, 'Uncategorised')
),

-- materialized: otherwise all lines are sorted for the order of the groups that follow
codes as materialized (
    select
        coalesce(item.category, 'Uncategorised') as category,
        touched.week,
        touched.month,
        item.sku,
        item.brand_name
    from scout.silver_transaction_items as item
    inner join touched_days as touched on item.date_key = touched.date_key
    where
        item.date_key >= cast(:first_period_day as date)
        and item.date_key <= cast(:last_period_day as date)
    group by coalesce(item.category, 'Uncategorised'), touched.week, touched.month, item.sku, item.brand_name
),

-- codes and brands of a period, each once: a count of rows needs no sorting
members as (
    select
        codes.category,
        span.period,
        span.period_start,
        codes.brand_name,
        grouping(codes.sku) = 0 as is_code
    from codes
    cross join lateral (values ('week', codes.week), ('month', codes.month)) as span (period, period_start)
    group by
        grouping sets (
            (codes.category, span.period, span.period_start, codes.sku),
            (codes.category, span.period, span.period_start, codes.brand_name)
        )
),

assortments as (
    select
        category,
        period,
        period_start,
        count(brand_name) as brand_count,
        count(*) filter (where is_code) as sku_count
    from members
    group by category, period, period_start
),

category_periods as (
    select
        sold.category,
        touched.period,
        touched.period_start,
        -- a row is one sale with the category, and a sale lies in one week and one month
        count(*) as transaction_count,
        sum(sold.units) as units,
        sum(sold.net_revenue) as net_revenue,
        count(distinct sale.customer_id) as unique_customers
    from sale_categories as sold
    inner join scout.silver_transactions_cleaned as sale
        on
            sold.store_id = sale.store_id
            and sold.date_key = sale.date_key
            and sold.source_id = sale.source_id
            and sold.transaction_id = sale.transaction_id
    cross join
        lateral (
            values
            ('week', date_trunc('week', sold.date_key)::date),
            ('month', date_trunc('month', sold.date_key)::date)
        ) as span (period, period_start)
    inner join touched_periods as touched
        on span.period = touched.period and span.period_start = touched.period_start
    where
        sale.deleted_at is null
        and sale.date_key >= cast(:first_period_day as date)
        and sale.date_key <= cast(:last_period_day as date)
    group by sold.category, touched.period, touched.period_start
),

written as (
    insert into scout.gold_category_periods (
        category, period, period_start,
        transaction_count, units, net_revenue, unique_customers, brand_count, sku_count
    )
    select
        sold.category,
        sold.period,
        sold.period_start,
        sold.transaction_count,
        sold.units,
        sold.net_revenue,
        sold.unique_customers,
        assortments.brand_count,
        assortments.sku_count
    from category_periods as sold
    inner join assortments
        on
            sold.category = assortments.category
            and sold.period = assortments.period
            and sold.period_start = assortments.period_start
    returning category
)

select
    (select coalesce(sum(sale_categories.line_count), 0)::bigint from sale_categories) as rows_read,
    (select count(*) from written) as rows_written;
