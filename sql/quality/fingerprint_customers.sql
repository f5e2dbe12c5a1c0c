-- fingerprint: which customers are known and what of them, whatever the ids, times and order of writing.
-- reads:  silver/dim_customer, gold/customer_insights
-- params: -
-- rerun:  safe, read only
with customers as (
    select
        hashtextextended(jsonb_build_array(
            customer_id
        )::text, 0) as row_hash
    from scout.dim_customer
),

insights as (
    select
        hashtextextended(jsonb_build_array(
            customer_id,
            first_purchase_date,
            last_purchase_date,
            recency_days,
            frequency,
            trim_scale(monetary),
            recency_score,
            frequency_score,
            monetary_score,
            segment
        )::text, 0) as row_hash
    from scout.gold_customer_insights
),

hashed as (
    select
        'scout.dim_customer' as table_name,
        row_hash
    from customers
    union all
    select
        'scout.gold_customer_insights' as table_name,
        row_hash
    from insights
)

select
    table_name,
    count(*) as row_count,
    -- a sum, not an xor: two equal rows must not cancel each other
    sum(row_hash)::text as content_hash
from hashed
group by table_name
order by table_name;
