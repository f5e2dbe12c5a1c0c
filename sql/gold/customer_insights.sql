-- scout.gold_customer_insights: one row per touched customer; recency counts to the latest business day shown.
-- reads:  silver/transactions_cleaned, gold/daily_aggregates
-- params: -
-- rerun:  safe, the customers' rows were removed in the same transaction
with spans as (
    select
        sale.customer_id,
        count(*) as transaction_count,
        count(*) filter (where sale.transaction_type in ('sale', 'mixed')) as purchase_count,
        min(sale.date_key) filter (where sale.transaction_type in ('sale', 'mixed')) as first_purchase_date,
        max(sale.date_key) filter (where sale.transaction_type in ('sale', 'mixed')) as last_purchase_date,
        min(sale.date_key) as first_date,
        max(sale.date_key) as last_date,
        sum(sale.peso_value) as monetary
    from scout.silver_transactions_cleaned as sale
    inner join touched_customers on sale.customer_id = touched_customers.customer_id
    where sale.deleted_at is null and sale.date_key >= (select ops.silver_kept_from())
    group by sale.customer_id
    union all
    select
        archived.customer_id,
        archived.transaction_count,
        archived.purchase_count,
        archived.first_purchase_date,
        archived.last_purchase_date,
        archived.first_date,
        archived.last_date,
        archived.monetary
    from ops.archived_customers as archived
    inner join touched_customers on archived.customer_id = touched_customers.customer_id
),

purchases as (
    select
        customer_id,
        sum(transaction_count)::bigint as transaction_count,
        coalesce(min(first_purchase_date), min(first_date)) as first_purchase_date,
        coalesce(max(last_purchase_date), max(last_date)) as last_purchase_date,
        sum(purchase_count)::bigint as frequency,
        sum(monetary) as monetary
    from spans
    group by customer_id
),

scored as (
    select
        purchases.*,
        -- a purchase may be of a day that has not come yet, by a clock that is ahead
        greatest((select scout.latest_business_day()) - purchases.last_purchase_date, 0) as recency_days
    from purchases
),

written as (
    insert into scout.gold_customer_insights (
        customer_id, first_purchase_date, last_purchase_date, recency_days, frequency, monetary,
        recency_score, frequency_score, monetary_score, segment
    )
    select
        customer_id,
        first_purchase_date,
        last_purchase_date,
        recency_days,
        frequency,
        monetary,
        scout.recency_score(recency_days),
        scout.frequency_score(frequency),
        scout.monetary_score(monetary),
        scout.customer_segment(
            scout.recency_score(recency_days), scout.frequency_score(frequency), scout.monetary_score(monetary)
        )
    from scored
    returning customer_id
)

select
    (select coalesce(sum(purchases.transaction_count), 0)::bigint from purchases) as rows_read,
    (select count(*) from written) as rows_written;
