-- recalled_transactions: up to row_limit recalled sales, taken off the list with the transaction that computes them.
-- reads:  -
-- params: row_limit
-- rerun:  safe, what is not committed stays on the list
with taken as (
    delete from ops.recalled_transactions as waiting
    using (
        select
            source_id,
            transaction_id
        from ops.recalled_transactions
        -- what is archived stays on the list until its month is restored
        where not ops.is_sale_archived(source_id, transaction_id)
        order by source_id, transaction_id
        limit cast(:row_limit as bigint)
    ) as batch
    where waiting.source_id = batch.source_id and waiting.transaction_id = batch.transaction_id
    returning waiting.source_id, waiting.transaction_id
)

insert into recalled_transactions (source_id, transaction_id)
select
    source_id,
    transaction_id
from taken;
