-- scout.gold_demographics: observed customers of each region and week that holds a bucket, over all stores. A sale that
-- names neither gender nor age nor class is left out; one that says of any that it is unknown was observed, and counts.
-- reads:  silver/transactions_cleaned
-- params: first_period_day, last_period_day
-- rerun:  safe, the weeks' rows were removed in the same transaction
with touched_weeks as (
    select distinct date_trunc('week', date_key)::date as week_start
    from buckets
),

written as (
    insert into scout.gold_demographics (
        region, week_start, gender, age_bracket, economic_class,
        transaction_count, unique_customers, net_revenue, units
    )
    select
        coalesce(sale.region, 'Unspecified') as region,
        date_trunc('week', sale.date_key)::date as week_start,
        coalesce(sale.gender, 'unknown') as gender,
        coalesce(sale.age_bracket, 'unknown') as age_bracket,
        coalesce(sale.economic_class, 'unknown') as economic_class,
        count(*) as transaction_count,
        count(distinct sale.customer_id) as unique_customers,
        sum(sale.peso_value) as net_revenue,
        sum(sale.units) as units
    from scout.silver_transactions_cleaned as sale
    where
        sale.deleted_at is null
        and coalesce(sale.gender, sale.age_bracket, sale.economic_class) is not null
        and date_trunc('week', sale.date_key)::date in (select touched.week_start from touched_weeks as touched)
        and sale.date_key >= cast(:first_period_day as date)
        and sale.date_key <= cast(:last_period_day as date)
    group by
        coalesce(sale.region, 'Unspecified'),
        date_trunc('week', sale.date_key)::date,
        coalesce(sale.gender, 'unknown'),
        coalesce(sale.age_bracket, 'unknown'),
        coalesce(sale.economic_class, 'unknown')
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
