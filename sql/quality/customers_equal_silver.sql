-- promise: every customer of silver and of its archive has insights with the same monetary value, and no other one has.
-- reads:  silver/transactions_cleaned, gold/customer_insights
-- params: -
-- rerun:  safe, read only
with purchases as (
    select
        customer_id,
        peso_value as monetary,
        date_key as last_seen
    from scout.silver_transactions_cleaned
    where customer_id is not null and deleted_at is null and date_key >= (select ops.silver_kept_from())
    union all
    select
        customer_id,
        monetary,
        last_date
    from ops.archived_customers
),

summed as (
    select
        customer_id,
        sum(monetary) as monetary,
        max(last_seen) as last_seen
    from purchases
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
