-- scout.gold_customer_insights: takes the touched customers away.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that took the customers
delete from scout.gold_customer_insights as insight
using touched_customers
where insight.customer_id = touched_customers.customer_id;
