-- ops.dirty_customers: every customer that silver knows.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
insert into ops.dirty_customers (customer_id)
select distinct customer_id
from scout.silver_transactions_cleaned
where customer_id is not null
order by customer_id
on conflict (customer_id) do update
    set marked_xid = excluded.marked_xid;
