-- ops.archived_customers: what each customer bought in the month; his insights go on counting it.
-- reads:  -
-- params: month
-- rerun:  safe, in the transaction that freezes it
insert into ops.archived_customers (
    month, customer_id, transaction_count, purchase_count, first_purchase_date, last_purchase_date,
    first_date, last_date, monetary
)
select
    cast(:month as date),
    sale.customer_id,
    count(*),
    count(*) filter (where sale.transaction_type in ('sale', 'mixed')),
    min(sale.date_key) filter (where sale.transaction_type in ('sale', 'mixed')),
    max(sale.date_key) filter (where sale.transaction_type in ('sale', 'mixed')),
    min(sale.date_key),
    max(sale.date_key),
    sum(sale.peso_value)
from scout.silver_transactions_cleaned as sale
where
    sale.date_key >= cast(:month as date)
    and sale.date_key < (cast(:month as date) + interval '1 month')::date
    and sale.customer_id is not null
    and sale.deleted_at is null
group by sale.customer_id;
