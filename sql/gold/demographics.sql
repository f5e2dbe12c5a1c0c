-- scout.gold_demographics: observed customers of each region and week that holds a bucket, over all stores. A sale of
-- which neither gender nor age nor class is known says nothing about who bought, and is left out.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe, the weeks' rows were removed in the same transaction
with touched_weeks as (
    select distinct date_trunc('week', date_key)::date as week_start
    from buckets
),

touched_months as (
    select distinct date_trunc('month', edge.date_key)::date as month
    from touched_weeks
    -- a week that spans two months lies in two partitions
    cross join lateral (values (touched_weeks.week_start), (touched_weeks.week_start + 6)) as edge (date_key)
),

observed as (
    select found.*
    from touched_months
    cross join lateral (
        select
            coalesce(sale.region, 'Unspecified') as region,
            date_trunc('week', sale.date_key)::date as week_start,
            coalesce(sale.gender, 'unknown') as gender,
            coalesce(sale.age_bracket, 'unknown') as age_bracket,
            coalesce(sale.economic_class, 'unknown') as economic_class,
            sale.customer_id,
            sale.peso_value,
            sale.units
        from scout.silver_transactions_cleaned as sale
        where
            sale.deleted_at is null
            and coalesce(sale.gender, sale.age_bracket, sale.economic_class) is not null
            and sale.date_key >= touched_months.month
            and sale.date_key < (touched_months.month + interval '1 month')::date
            and date_trunc('week', sale.date_key)::date in (select touched_weeks.week_start from touched_weeks)
        -- a fence: month by month, so that only the partitions of touched weeks are opened
        offset 0
    ) as found
),

written as (
    insert into scout.gold_demographics (
        region, week_start, gender, age_bracket, economic_class,
        transaction_count, unique_customers, net_revenue, units
    )
    select
        region,
        week_start,
        gender,
        age_bracket,
        economic_class,
        count(*) as transaction_count,
        count(distinct customer_id) as unique_customers,
        sum(peso_value) as net_revenue,
        sum(units) as units
    from observed
    group by region, week_start, gender, age_bracket, economic_class
    returning transaction_count
)

select
    coalesce(sum(transaction_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
