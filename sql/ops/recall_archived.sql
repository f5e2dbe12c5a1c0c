-- ops.recalled_transactions: refused sales that waited for this month, or for a later one.
-- reads:  bronze/quarantine
-- params: month
-- rerun:  safe, in the transaction that attaches its partitions
insert into ops.recalled_transactions (source_id, transaction_id)
select distinct
    entry.source_id,
    entry.transaction_id
from scout.quarantine as entry
where
    entry.layer = 'silver'
    and entry.status = 'open'
    and entry.reason_code = 'archived_month'
    and entry.waits_for >= 'month/' || to_char(cast(:month as date), 'YYYY-MM')
    and entry.transaction_id is not null
order by entry.source_id, entry.transaction_id
on conflict (source_id, transaction_id) do nothing;
