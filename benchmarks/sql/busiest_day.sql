-- The business day with the most sales.
select date_key
from scout.gold_daily_aggregates
group by date_key
order by sum(transaction_count) desc
limit 1;
