-- recalled_transactions: sales that the touched members of dimensions concern: those that wait for them, those with a
-- touched product, and those of a touched store, from the day on which the member changed.
-- reads:  bronze/quarantine, silver/transaction_items, silver/transactions_cleaned
-- params: -
-- rerun:  safe, in the transaction of the window
insert into recalled_transactions (source_id, transaction_id)
select
    aside.source_id,
    aside.transaction_id
from scout.quarantine as aside
inner join reference_touched as touched on aside.waits_for = touched.kind || '/' || touched.code
where aside.layer = 'silver' and aside.status = 'open' and aside.transaction_id is not null
union
select
    item.source_id,
    item.transaction_id
from scout.silver_transaction_items as item
inner join reference_touched as touched
    on touched.kind = 'product' and item.sku = touched.code and item.date_key >= touched.valid_from
union
select
    sale.source_id,
    sale.transaction_id
from scout.silver_transactions_cleaned as sale
inner join scout.store_registry as registry on sale.store_id = registry.store_id
inner join reference_touched as touched
    -- a day more: a change of the time zone moves the business day
    on touched.kind = 'store' and registry.store_code = touched.code and sale.date_key >= touched.valid_from - 1
on conflict do nothing;
