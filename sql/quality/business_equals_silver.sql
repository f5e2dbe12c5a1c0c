-- promise: revenue, customers, campaigns and client brands of each store and business day are those of silver, exactly.
-- reads:  silver/transactions_cleaned, silver/transaction_items, silver/dim_brand, gold/business_metrics
-- params: -
-- rerun:  safe, read only
with purchase_days as (
    select
        customer_id,
        date_key
    from scout.silver_transactions_cleaned
    where deleted_at is null and customer_id is not null and transaction_type in ('sale', 'mixed')
    union all
    select
        customer_id,
        first_purchase_date
    from ops.archived_customers
    where first_purchase_date is not null
),

first_days as (
    select
        customer_id,
        min(date_key) as first_day
    from purchase_days
    group by customer_id
),

summed as (
    select
        sale.store_id,
        sale.date_key,
        sum(sale.peso_value) as daily_revenue,
        count(*) as transaction_count,
        count(*) - count(sale.customer_id) as anonymous_transactions,
        count(*) filter (where sale.is_campaign_influenced)
        + count(sale.campaign_id) filter (where sale.is_campaign_influenced is null) as campaign_transactions,
        count(distinct sale.customer_id) filter (
            where sale.transaction_type in ('sale', 'mixed') and first_days.first_day = sale.date_key
        ) as new_customers,
        count(distinct sale.customer_id) filter (where sale.transaction_type in ('sale', 'mixed')) as buyers
    from scout.silver_transactions_cleaned as sale
    left join first_days on sale.customer_id = first_days.customer_id
    where sale.deleted_at is null
    group by sale.store_id, sale.date_key
),

client_days as (
    select
        store_id,
        date_key,
        sum(subtotal) as tbwa_revenue
    from scout.silver_transaction_items
    where
        brand_name in (
            select brand.brand_name from scout.dim_brand as brand
            where brand.is_tbwa_client
        )
    group by store_id, date_key
),

expected as (
    select
        summed.*,
        coalesce(client_days.tbwa_revenue, 0) as tbwa_revenue
    from summed
    left join client_days on summed.store_id = client_days.store_id and summed.date_key = client_days.date_key
),

-- days of customers whose first purchase may be another one as soon as their insights are computed
unsettled as (
    select distinct
        sale.store_id,
        sale.date_key
    from scout.silver_transactions_cleaned as sale
    inner join ops.dirty_customers as waiting on sale.customer_id = waiting.customer_id
),

broken as (
    select
        coalesce(expected.store_id, figure.store_id) as store_id,
        coalesce(expected.date_key, figure.date_key) as date_key,
        expected.daily_revenue as silver_value,
        figure.daily_revenue as gold_value,
        expected.new_customers as silver_new_customers,
        figure.new_customers as gold_new_customers,
        expected.tbwa_revenue as silver_tbwa_revenue,
        figure.tbwa_revenue as gold_tbwa_revenue
    from expected
    full join scout.gold_business_metrics as figure
        on expected.store_id = figure.store_id and expected.date_key = figure.date_key
    where
        (
            expected.daily_revenue, expected.transaction_count, expected.anonymous_transactions,
            expected.campaign_transactions, expected.new_customers, expected.buyers, expected.tbwa_revenue
        )
        is distinct from
        (
            figure.daily_revenue, figure.transaction_count, figure.anonymous_transactions,
            figure.campaign_transactions, figure.new_customers, figure.new_customers + figure.returning_customers,
            figure.tbwa_revenue
        )
        -- what is archived is compared by archived_months_are_shown
        and coalesce(expected.date_key, figure.date_key) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.store_id = coalesce(expected.store_id, figure.store_id)
                and mark.date_key = coalesce(expected.date_key, figure.date_key)
                and mark.layer = 'gold/business_metrics'
        )
        and not exists (
            select 1
            from unsettled
            where
                unsettled.store_id = coalesce(expected.store_id, figure.store_id)
                and unsettled.date_key = coalesce(expected.date_key, figure.date_key)
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
