-- ops.dirty_customers: customers whose purchases changed, before and after.
-- reads:  -
-- params: -
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a reader that takes it would miss this change
insert into ops.dirty_customers (customer_id)
select customer_id
from (
    select customer_id from window_transactions
    union
    select customer_id from window_superseded
) as touched
where customer_id is not null
order by customer_id
on conflict (customer_id) do update set marked_xid = excluded.marked_xid;
