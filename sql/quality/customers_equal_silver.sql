-- promise: every customer of silver has insights with the same monetary value, and no other customer has.
-- reads:  silver/transactions_cleaned, gold/customer_insights
-- params: -
-- rerun:  safe, read only
with summed as (
    select
        customer_id,
        sum(peso_value) as monetary,
        max(date_key) as last_seen
    from scout.silver_transactions_cleaned
    where customer_id is not null and deleted_at is null
    group by customer_id
),

broken as (
    select
        coalesce(summed.customer_id, figure.customer_id) as customer_id,
        summed.monetary as silver_value,
        figure.monetary as gold_value
    from summed
    full join scout.gold_customer_insights as figure on summed.customer_id = figure.customer_id
    where
        (summed.monetary is distinct from figure.monetary or figure.last_purchase_date > summed.last_seen)
        and not exists (
            select 1
            from ops.dirty_customers as mark
            where mark.customer_id = coalesce(summed.customer_id, figure.customer_id)
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
