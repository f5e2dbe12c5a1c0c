-- touched_customers: the table for take_customers.
-- reads:  -
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table touched_customers (
    customer_id uuid primary key
) on commit drop;
