-- ops.day_shares: which part of the day's sales or lines has each value; one of the last four weeks that is gone has 0.
-- reads:  silver/transactions_cleaned, silver/transaction_items
-- params: day
-- rerun:  safe after quality/day_shares_clear, which takes the day's rows away
with sales as (
    select *
    from scout.silver_transactions_cleaned
    where date_key = :day and deleted_at is null
),

values_of_sales as (
    select
        given.name || ' ' || coalesce(given.value, 'none') as measure,
        count(*) as counted,
        sum(count(*)) over (partition by given.name) as total
    from sales
    cross join
        lateral (
            values
            ('hour', sales.sold_hour::text),
            ('payment method', sales.payment_method),
            ('customer', case when sales.customer_id is not null then 'given' end),
            ('customer type', sales.customer_type),
            ('gender', sales.gender),
            ('age bracket', sales.age_bracket),
            ('economic class', sales.economic_class),
            ('type', sales.transaction_type)
        ) as given (name, value)
    group by given.name, given.value
),

values_of_lines as (
    select
        given.name || ' ' || coalesce(given.value, 'none') as measure,
        count(*) as counted,
        sum(count(*)) over (partition by given.name) as total
    from scout.silver_transaction_items as line
    cross join
        lateral (
            values
            ('brand', line.brand_name),
            ('category', line.category),
            ('detection method', line.detection_method),
            ('unit', line.unit)
        ) as given (name, value)
    where line.date_key = :day
    group by given.name, given.value
),

by_minute as (
    select
        count(*) as counted,
        sum(count(*)) over () as total
    from sales
    group by date_trunc('minute', sales.sold_at)
),

by_customer as (
    select
        count(*) as counted,
        sum(count(*)) over () as total
    from sales
    where sales.customer_id is not null
    group by sales.customer_id
),

found as (
    select * from values_of_sales
    union all
    select * from values_of_lines
    union all
    (
        select
            'the busiest minute' as measure,
            by_minute.counted,
            by_minute.total
        from by_minute
        order by by_minute.counted desc
        limit 1
    )
    union all
    (
        select
            'the most frequent customer' as measure,
            by_customer.counted,
            by_customer.total
        from by_customer
        order by by_customer.counted desc
        limit 1
    )
),

gone as (
    select distinct known.measure
    from ops.day_shares as known
    where
        known.date_key >= cast(:day as date) - 28 and known.date_key < :day
        and known.measure not in (select found.measure from found)
        and exists (select 1 from sales)
)

insert into ops.day_shares (measure, date_key, share, counted)
select
    found.measure,
    :day,
    found.counted / found.total,
    found.counted
from found
union all
select
    gone.measure,
    :day,
    0,
    0
from gone
on conflict (measure, date_key) do update
    set share = excluded.share, counted = excluded.counted;
