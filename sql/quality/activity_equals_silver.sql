-- promise: the life, the days with sales, the transactions and the revenue of each store in the last 7, 30 and 90
-- business days, and its products in the last 30, are those of silver, to one and the same latest day.
-- reads:  silver/transactions_cleaned, silver/transaction_items, silver/dim_product, gold/daily_aggregates,
--         gold/store_activity_stats
-- params: -
-- rerun:  safe, read only
with latest as materialized (
    select scout.latest_business_day() as latest_day
),

daily as (
    select
        store_id,
        date_key,
        count(*) as transaction_count,
        sum(peso_value) as revenue
    from scout.silver_transactions_cleaned
    where deleted_at is null and date_key >= (select ops.silver_kept_from())
    group by store_id, date_key
    union all
    -- of archived days gold is what is left; archived_months_are_shown compares it with the archive
    select
        shown.store_id,
        shown.date_key,
        shown.transaction_count,
        shown.net_revenue
    from scout.gold_daily_aggregates as shown
    where shown.date_key < (select ops.silver_kept_from())
),

aged as (
    select
        daily.*,
        latest.latest_day - daily.date_key as days_ago
    from daily
    cross join latest
),

lengths (days) as (
    values
    (7),
    (30),
    (90)
),

-- of lines, which the table itself reads of few stores; none when some of the days are archived
spans_of_lines as (
    select latest.latest_day - 29 as first_day
    from latest
    where latest.latest_day - 29 >= (select ops.silver_kept_from())
),

products as (
    select
        sold.store_id,
        count(*) as product_count
    from (
        select distinct
            item.store_id,
            item.sku
        from scout.silver_transaction_items as item
        where
            item.date_key >= (select spans_of_lines.first_day from spans_of_lines)
            and item.date_key <= (select latest.latest_day from latest)
    ) as sold
    inner join scout.dim_product as product on sold.sku = product.sku
    where product.is_current and product.is_product
    group by sold.store_id
),

summed as (
    select
        aged.store_id,
        lengths.days,
        min(aged.date_key) as first_sale_date,
        max(aged.date_key) as last_sale_date,
        count(*) filter (where aged.days_ago between 0 and lengths.days - 1) as active_days,
        coalesce(
            sum(aged.transaction_count) filter (where aged.days_ago between 0 and lengths.days - 1), 0
        ) as transaction_count,
        coalesce(sum(aged.revenue) filter (where aged.days_ago between 0 and lengths.days - 1), 0) as revenue
    from aged
    cross join lengths
    group by aged.store_id, lengths.days
),

shown as (
    select
        figure.store_id,
        spread.days,
        figure.as_of_date,
        figure.first_sale_date,
        figure.last_sale_date,
        spread.active_days,
        spread.transaction_count,
        spread.revenue,
        spread.product_count
    from scout.gold_store_activity_stats as figure
    cross join lateral (
        values
        (7, figure.active_days_7d, figure.transaction_count_7d, figure.revenue_7d, null),
        (30, figure.active_days_30d, figure.transaction_count_30d, figure.revenue_30d, figure.product_count_30d),
        (90, figure.active_days_90d, figure.transaction_count_90d, figure.revenue_90d, null)
    ) as spread (days, active_days, transaction_count, revenue, product_count)
),

broken as (
    select
        coalesce(summed.store_id, shown.store_id) as store_id,
        coalesce(summed.days, shown.days) as days,
        shown.as_of_date,
        summed.revenue as silver_value,
        shown.revenue as gold_value,
        products.product_count as silver_products,
        shown.product_count as gold_products
    from summed
    full join shown on summed.store_id = shown.store_id and summed.days = shown.days
    left join products on shown.store_id = products.store_id
    where
        (
            (
                summed.first_sale_date, summed.last_sale_date, summed.active_days, summed.transaction_count,
                summed.revenue
            )
            is distinct from (
                shown.first_sale_date, shown.last_sale_date, shown.active_days, shown.transaction_count, shown.revenue
            )
            or shown.as_of_date <> (select latest.latest_day from latest)
            or (
                shown.product_count <> coalesce(products.product_count, 0)
                and exists (select 1 from spans_of_lines)
            )
        )
        -- the latest day itself may be one that a layer has not shown yet
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where mark.layer in ('gold/store_activity_stats', 'gold/daily_aggregates')
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
