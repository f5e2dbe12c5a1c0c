-- ops.recalled_transactions: the missing sales, to be computed again from bronze on the path of those that were
-- described otherwise.
-- reads:  -
-- params: -
-- rerun:  safe, what is on the list stays there once
insert into ops.recalled_transactions (source_id, transaction_id)
select
    missing.source_id,
    missing.transaction_id
from sweep_missing as missing
where not missing.is_reference
order by missing.source_id, missing.transaction_id
on conflict (source_id, transaction_id) do nothing;
