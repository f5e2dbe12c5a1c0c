-- recalled_transactions: the sales of the claimed entries, each with all its lines.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the replay
insert into recalled_transactions (source_id, transaction_id)
select distinct
    entry.source_id,
    entry.transaction_id
from replayed_entries as entry
where entry.transaction_id is not null;
