-- The day in the middle when days are put in the order of their sales.
select days.date_key
from (
    select
        figure.date_key,
        sum(figure.transaction_count) as sales
    from scout.gold_daily_aggregates as figure
    group by figure.date_key
) as days
order by days.sales, days.date_key
limit 1 offset (select count(distinct counted.date_key) / 2 from scout.gold_daily_aggregates as counted);
