-- scout.gold_sales_windows: one row per store of touched_stores that ever sold; one scan of 30 days for all windows.
-- reads:  silver/transactions_cleaned, gold/daily_aggregates
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

selling as (
    select touched.store_id
    from touched_stores as touched
    where
        exists (
            select 1
            from scout.silver_transactions_cleaned as sale
            where sale.store_id = touched.store_id and sale.deleted_at is null
        )
        -- of archived days gold is what is left
        or exists (
            select 1
            from scout.gold_daily_aggregates as shown
            where shown.store_id = touched.store_id and shown.date_key < (select ops.silver_kept_from())
        )
),

-- from the first day, to before the day after the latest one
bounds as (
    select
        latest_day - 29 as from_30d,
        latest_day - 6 as from_7d,
        latest_day as from_1d,
        latest_day + 1 as end_day
    from as_of
),

windows as (
    select
        sale.store_id,
        count(*) as sales_read,
        sum(sale.peso_value) filter (where sale.date_key >= bounds.from_1d) as revenue_1d,
        count(*) filter (where sale.date_key >= bounds.from_1d) as transaction_count_1d,
        sum(sale.units) filter (where sale.date_key >= bounds.from_1d) as units_1d,
        sum(sale.peso_value) filter (where sale.date_key >= bounds.from_7d) as revenue_7d,
        count(*) filter (where sale.date_key >= bounds.from_7d) as transaction_count_7d,
        sum(sale.units) filter (where sale.date_key >= bounds.from_7d) as units_7d,
        sum(sale.peso_value) as revenue_30d,
        count(*) as transaction_count_30d,
        sum(sale.units) as units_30d
    from scout.silver_transactions_cleaned as sale
    inner join touched_stores on sale.store_id = touched_stores.store_id
    cross join bounds
    where
        sale.deleted_at is null
        -- said as sub-queries: partitions are left out by them
        and sale.date_key >= (select first_day.from_30d from bounds as first_day)
        and sale.date_key < (select last_day.end_day from bounds as last_day)
    group by sale.store_id
),

written as (
    insert into scout.gold_sales_windows (
        store_id, as_of_date,
        revenue_1d, transaction_count_1d, units_1d,
        revenue_7d, transaction_count_7d, units_7d,
        revenue_30d, transaction_count_30d, units_30d
    )
    select
        selling.store_id,
        as_of.latest_day,
        coalesce(windows.revenue_1d, 0),
        coalesce(windows.transaction_count_1d, 0),
        coalesce(windows.units_1d, 0),
        coalesce(windows.revenue_7d, 0),
        coalesce(windows.transaction_count_7d, 0),
        coalesce(windows.units_7d, 0),
        coalesce(windows.revenue_30d, 0),
        coalesce(windows.transaction_count_30d, 0),
        coalesce(windows.units_30d, 0)
    from selling
    cross join as_of
    left join windows on selling.store_id = windows.store_id
    returning store_id
)

select
    (select coalesce(sum(windows.sales_read), 0)::bigint from windows) as rows_read,
    (select count(*) from written) as rows_written;
