-- previous_first_purchases: the first purchase of each touched customer as it was known before this transaction.
-- reads:  gold/customer_insights
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table previous_first_purchases on commit drop as
select
    insight.customer_id,
    insight.first_purchase_date
from scout.gold_customer_insights as insight
inner join touched_customers on insight.customer_id = touched_customers.customer_id;
