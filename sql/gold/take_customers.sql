-- touched_customers: customers whose insights this transaction computes again.
-- reads:  -
-- params: -
-- rerun:  safe, marks come back when the transaction fails
with taken as (
    delete from ops.dirty_customers
    returning customer_id
)

insert into touched_customers (customer_id)
select customer_id
from taken;
