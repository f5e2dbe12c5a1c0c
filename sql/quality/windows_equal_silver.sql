-- promise: the last 1, 7 and 30 business days of each store are those of silver, to one and the same latest day.
-- reads:  silver/transactions_cleaned, gold/daily_aggregates, gold/sales_windows
-- params: -
-- rerun:  safe, read only
with latest as materialized (
    select scout.latest_business_day() as latest_day
),

daily as (
    select
        sale.store_id,
        latest.latest_day - sale.date_key as days_ago,
        count(*) as transaction_count,
        sum(sale.units) as units,
        sum(sale.peso_value) as revenue
    from scout.silver_transactions_cleaned as sale
    cross join latest
    where
        sale.deleted_at is null
        and sale.date_key > (select bound.latest_day - 30 from latest as bound)
    group by sale.store_id, latest.latest_day - sale.date_key
),

lengths (days) as (
    values
    (1),
    (7),
    (30)
),

summed as (
    select
        stores.store_id,
        lengths.days,
        coalesce(sum(daily.transaction_count), 0) as transaction_count,
        coalesce(sum(daily.units), 0) as units,
        coalesce(sum(daily.revenue), 0) as revenue
    from (
        select distinct days_shown.store_id
        from scout.gold_daily_aggregates as days_shown
    ) as stores
    cross join lengths
    left join daily on stores.store_id = daily.store_id and daily.days_ago >= 0 and lengths.days > daily.days_ago
    group by stores.store_id, lengths.days
),

shown as (
    select
        figure.store_id,
        spread.days,
        figure.as_of_date,
        spread.transaction_count,
        spread.units,
        spread.revenue
    from scout.gold_sales_windows as figure
    cross join lateral (
        values
        (1, figure.transaction_count_1d, figure.units_1d, figure.revenue_1d),
        (7, figure.transaction_count_7d, figure.units_7d, figure.revenue_7d),
        (30, figure.transaction_count_30d, figure.units_30d, figure.revenue_30d)
    ) as spread (days, transaction_count, units, revenue)
),

broken as (
    select
        coalesce(summed.store_id, shown.store_id) as store_id,
        coalesce(summed.days, shown.days) as days,
        shown.as_of_date,
        summed.revenue as silver_value,
        shown.revenue as gold_value
    from summed
    full join shown on summed.store_id = shown.store_id and summed.days = shown.days
    where
        (
            (summed.transaction_count, summed.units, summed.revenue)
            is distinct from (shown.transaction_count, shown.units, shown.revenue)
            or shown.as_of_date <> (select latest.latest_day from latest)
        )
        -- the latest day itself may be one that a layer has not shown yet
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where mark.layer in ('gold/sales_windows', 'gold/daily_aggregates')
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
