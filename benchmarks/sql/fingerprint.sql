-- What both sides must agree on: rows, an exact sum, and a hash of all rows of each table of {schema}.
-- Left out: when a row was written, the pseudonym (one side hashes with a key), and what only the ledger needs.
with transactions as (
    select concat_ws(
        '|', date_key, transaction_id, transaction_type, sold_at, region, line_count, trim_scale(units),
        trim_scale(gross_sales), trim_scale(returns_value), trim_scale(adjustments_value), trim_scale(peso_value)
    ) as row_text, peso_value as amount
    from {schema}.silver_transactions_cleaned
),

items as (
    select concat_ws(
        '|', date_key, transaction_id, line_number, line_type, sku, description, trim_scale(quantity),
        trim_scale(unit_price), trim_scale(subtotal), sold_at
    ) as row_text, subtotal as amount
    from {schema}.silver_transaction_items
),

products as (
    select concat_ws('|', sku, description, is_product) as row_text, 0 as amount
    from {schema}.dim_product
),

customers as (
    select '' as row_text, 0 as amount
    from {schema}.dim_customer
),

daily as (
    select concat_ws(
        '|', date_key, transaction_count, line_count, trim_scale(units), trim_scale(gross_sales),
        trim_scale(returns_value), trim_scale(adjustments_value), unique_customers, avg_transaction_value
    ) as row_text, net_revenue as amount
    from {schema}.gold_daily_aggregates
),

regional as (
    select concat_ws(
        '|', region, date_key, transaction_count, line_count, trim_scale(units), trim_scale(gross_sales),
        trim_scale(returns_value), trim_scale(adjustments_value), unique_customers, avg_transaction_value
    ) as row_text, net_revenue as amount
    from {schema}.gold_regional_performance
),

stores as (
    select concat_ws(
        '|', month, transaction_count, line_count, trim_scale(units), trim_scale(gross_sales),
        trim_scale(returns_value), trim_scale(adjustments_value), unique_customers, avg_transaction_value, active_days
    ) as row_text, net_revenue as amount
    from {schema}.gold_store_performance
),

product_months as (
    select concat_ws('|', sku, month, trim_scale(units), trim_scale(net_revenue), transactions) as row_text,
        net_revenue as amount
    from {schema}.gold_product_performance
),

insights as (
    select concat_ws(
        '|', first_purchase_date, last_purchase_date, recency_days, frequency, trim_scale(monetary),
        recency_score, frequency_score, monetary_score, segment
    ) as row_text, monetary as amount
    from {schema}.gold_customer_insights
),

all_rows as (
    select 'silver_transactions_cleaned' as table_name, row_text, amount from transactions
    union all
    select 'silver_transaction_items', row_text, amount from items
    union all
    select 'dim_product', row_text, amount from products
    union all
    select 'dim_customer', row_text, amount from customers
    union all
    select 'gold_daily_aggregates', row_text, amount from daily
    union all
    select 'gold_regional_performance', row_text, amount from regional
    union all
    select 'gold_store_performance', row_text, amount from stores
    union all
    select 'gold_product_performance', row_text, amount from product_months
    union all
    select 'gold_customer_insights', row_text, amount from insights
)

select
    table_name,
    count(*) as row_count,
    trim_scale(sum(amount))::text as amount,
    sum(hashtextextended(row_text, 0)::numeric)::text as row_hash
from all_rows
group by table_name
order by table_name;
