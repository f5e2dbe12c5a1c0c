-- scout.gold_brand_periods: one row per brand and week or month that holds a bucket, over all stores.
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

sale_brands as (
    select
        item.store_id,
        item.date_key,
        item.source_id,
        item.transaction_id,
        coalesce(item.brand_name, 'Unbranded') as brand_name,
        count(*) as line_count,
        sum(item.quantity) as units,
        sum(item.subtotal) as net_revenue
    from scout.silver_transaction_items as item
    where
        item.date_key in (select touched.date_key from touched_days as touched)
        and item.date_key >= cast(:first_period_day as date)
        and item.date_key <= cast(:last_period_day as date)
    group by
        item.store_id, item.date_key, item.source_id, item.transaction_id, coalesce(item.brand_name, 'Unbranded')
),

brand_periods as (
    select
        sold.brand_name,
        touched.period,
        touched.period_start,
        -- a row is one sale with the brand, and a sale lies in one week and one month
        count(*) as transaction_count,
        sum(sold.units) as units,
        sum(sold.net_revenue) as net_revenue,
        count(distinct sale.customer_id) as unique_customers,
        round(sum(sold.net_revenue) / nullif(sum(sold.units), 0), 4) as avg_unit_price,
        count(distinct sold.store_id) as store_count
    from sale_brands as sold
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
    group by sold.brand_name, touched.period, touched.period_start
),

written as (
    insert into scout.gold_brand_periods (
        brand_name, period, period_start,
        transaction_count, units, net_revenue, unique_customers, avg_unit_price, store_count
    )
    select
        brand_name,
        period,
        period_start,
        transaction_count,
        units,
        net_revenue,
        unique_customers,
        avg_unit_price,
        store_count
    from brand_periods
    returning brand_name
)

select
    (select coalesce(sum(sale_brands.line_count), 0)::bigint from sale_brands) as rows_read,
    (select count(*) from written) as rows_written;
