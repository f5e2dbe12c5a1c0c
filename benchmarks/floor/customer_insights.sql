with purchases as (
    select
        customer_id,
        coalesce(min(date_key) filter (where transaction_type in ('sale', 'mixed')), min(date_key))
            as first_purchase_date,
        coalesce(max(date_key) filter (where transaction_type in ('sale', 'mixed')), max(date_key))
            as last_purchase_date,
        count(*) filter (where transaction_type in ('sale', 'mixed')) as frequency,
        sum(peso_value) as monetary
    from floor.silver_transactions_cleaned
    where customer_id is not null
    group by customer_id
),

aged as (
    select
        purchases.*,
        (select max(latest.date_key) from floor.silver_transactions_cleaned as latest)
        - purchases.last_purchase_date as recency_days
    from purchases
),

scored as (
    select
        aged.*,
        scout.recency_score(aged.recency_days) as recency_score,
        scout.frequency_score(aged.frequency) as frequency_score,
        scout.monetary_score(aged.monetary) as monetary_score
    from aged
)

insert into floor.gold_customer_insights (
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
    recency_score,
    frequency_score,
    monetary_score,
    scout.customer_segment(recency_score, frequency_score, monetary_score)
from scored;
