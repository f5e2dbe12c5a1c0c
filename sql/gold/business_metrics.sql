-- scout.gold_business_metrics: one row per store and business day of the buckets. Who bought for the first time on a
-- day is known from the insights of the customers; when that changes, they mark the days that it concerns.
-- reads:  silver/transactions_cleaned, silver/transaction_items, silver/dim_brand, gold/customer_insights
-- params: first_day, last_day
-- rerun:  safe, the buckets' rows were removed in the same transaction
with sales as (
    select
        sale.*,
        -- whoever only brings something back that day is no customer of the day
        case when sale.transaction_type in ('sale', 'mixed') then sale.customer_id end as buyer_id,
        coalesce(insight.first_purchase_date = sale.date_key, false) as is_first_day
    from scout.silver_transactions_cleaned as sale
    inner join buckets on sale.store_id = buckets.store_id and sale.date_key = buckets.date_key
    left join scout.gold_customer_insights as insight on sale.customer_id = insight.customer_id
    where
        sale.deleted_at is null
        and sale.date_key >= cast(:first_day as date)
        and sale.date_key <= cast(:last_day as date)
),

client_days as (
    select
        item.store_id,
        item.date_key,
        sum(item.subtotal) as tbwa_revenue
    from scout.silver_transaction_items as item
    inner join buckets on item.store_id = buckets.store_id and item.date_key = buckets.date_key
    inner join scout.dim_brand as brand on item.brand_name = brand.brand_name
    where
        brand.is_tbwa_client
        and item.date_key >= cast(:first_day as date)
        and item.date_key <= cast(:last_day as date)
    group by item.store_id, item.date_key
),

store_days as (
    select
        store_id,
        date_key,
        sum(peso_value) as daily_revenue,
        count(*) as transaction_count,
        round(sum(peso_value) / count(*), 4) as avg_transaction_value,
        -- the middle value from below and from above: the same one, or the two whose mean it is; exact, never a float
        (
            percentile_disc(0.5) within group (order by peso_value)
            + percentile_disc(0.5) within group (order by peso_value desc)
        ) * 0.5 as median_transaction_value,
        count(distinct buyer_id) filter (where is_first_day) as new_customers,
        count(distinct buyer_id) filter (where not is_first_day) as returning_customers,
        count(*) filter (where customer_id is null) as anonymous_transactions,
        count(*) filter (where coalesce(is_campaign_influenced, campaign_id is not null)) as campaign_transactions,
        -- of several that are as frequent the first in the order of the alphabet
        mode() within group (order by payment_method collate "C") as top_payment_method
    from sales
    group by store_id, date_key
),

written as (
    insert into scout.gold_business_metrics (
        store_id, date_key,
        daily_revenue, transaction_count, avg_transaction_value, median_transaction_value,
        new_customers, returning_customers, anonymous_transactions, campaign_transactions,
        tbwa_revenue, top_payment_method
    )
    select
        store_days.store_id,
        store_days.date_key,
        store_days.daily_revenue,
        store_days.transaction_count,
        store_days.avg_transaction_value,
        store_days.median_transaction_value,
        store_days.new_customers,
        store_days.returning_customers,
        store_days.anonymous_transactions,
        store_days.campaign_transactions,
        coalesce(client_days.tbwa_revenue, 0),
        store_days.top_payment_method
    from store_days
    left join client_days on store_days.store_id = client_days.store_id and store_days.date_key = client_days.date_key
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
