-- scout.dim_customer: customers that occur in the window and were not known yet.
-- reads:  bronze/transactions_raw
-- params: -
-- rerun:  safe, known customers are left as they are
insert into scout.dim_customer (customer_id, source_id)
select
    customer_id,
    min(source_id)
from window_transactions
where customer_id is not null
group by customer_id
order by customer_id
on conflict (customer_id) do nothing;
