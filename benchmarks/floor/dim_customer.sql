insert into floor.dim_customer (customer_id, source_id)
select distinct
    customer_id,
    1
from floor.silver_transactions_cleaned
where customer_id is not null;
