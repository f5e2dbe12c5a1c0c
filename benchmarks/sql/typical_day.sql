-- The day in the middle when the days of whole months (with sales on each of their days) are put in the order of their
-- sales; when no month is whole, of all days. What a bare scan costs goes by the month that it reads.
with days as (
    select
        figure.date_key,
        sum(figure.transaction_count) as sales,
        date_trunc('month', figure.date_key) as month
    from scout.gold_daily_aggregates as figure
    group by figure.date_key
),

months as (
    select
        days.month,
        count(*) = extract(day from days.month + interval '1 month' - interval '1 day') as is_whole
    from days
    group by days.month
),

candidates as (
    select days.*
    from days
    inner join months on days.month = months.month
    where months.is_whole = (select bool_or(known.is_whole) from months as known)
)

select candidates.date_key
from candidates
order by candidates.sales, candidates.date_key
limit 1 offset (select count(*) / 2 from candidates as counted);
