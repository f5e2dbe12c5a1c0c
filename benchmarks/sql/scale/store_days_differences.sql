-- Rows in which the view and gold differ: the two sides of the comparison must compute the same.
select count(*)
from bench.store_days as figure
full join scout.gold_daily_aggregates as gold using (store_id, date_key)
where
    (figure.transaction_count, figure.line_count, figure.units, figure.net_revenue, figure.unique_customers)
    is distinct from
    (gold.transaction_count, gold.line_count, gold.units, gold.net_revenue, gold.unique_customers);
