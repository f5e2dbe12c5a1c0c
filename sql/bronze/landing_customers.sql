-- landing_customers: the pseudonym of each customer of a tabular file, once a customer; composed from the header.
-- reads:  -
-- params: customer_id, form
-- rerun:  safe, the table is dropped with the transaction
create temporary table landing_customers on commit drop as
with customers as (
    select distinct {customer_id} as customer_id
    from landing_records
    where {customer_id} is not null
)

select
    customer_id,
    scout.customer_pseudonym(nullif({form}(customer_id), ''))::text as pseudonym
from customers;
