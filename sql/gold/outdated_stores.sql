-- touched_stores: the stores whose windows end with another day than the latest one that is shown.
-- reads:  gold/sales_windows, gold/daily_aggregates
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table touched_stores on commit drop as
select figure.store_id
from scout.gold_sales_windows as figure
where figure.as_of_date <> (select scout.latest_business_day());
