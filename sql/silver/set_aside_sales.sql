-- recalled_transactions: the sales that a rule moves aside, as far as they are current.
-- reads:  silver/transactions_cleaned
-- params: source_ids, transaction_ids
-- rerun:  safe, in the transaction that sets them aside
insert into recalled_transactions (source_id, transaction_id)
select
    known.source_id,
    known.transaction_id
from unnest(cast(:source_ids as smallint[]), cast(:transaction_ids as text[])) as failing (source_id, transaction_id)
inner join scout.silver_transaction_keys as known
    on failing.source_id = known.source_id and failing.transaction_id = known.transaction_id
-- an archived sale stays as it is shown
where not ops.is_sale_archived(known.source_id, known.transaction_id)
on conflict do nothing;
