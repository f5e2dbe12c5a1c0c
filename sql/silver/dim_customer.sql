-- scout.dim_customer: customers of any version in the window that were not known yet.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe; older versions count too, or two versions in one window would leave out whom two windows name
insert into scout.dim_customer (customer_id, source_id)
select
    customer_id,
    min(source_id)
from window_versions
where customer_id is not null
group by customer_id
order by customer_id
on conflict (customer_id) do nothing;
