-- ops.recalled_transactions: refused sales that waited for a month that is back.
-- reads:  bronze/quarantine
-- params: -
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
    -- what waits for a month that is still away stays refused
    and coalesce(
        entry.waits_for >= 'month/' || to_char(nullif(ops.silver_kept_from(), '-infinity'), 'YYYY-MM'), true
    )
    and entry.transaction_id is not null
order by entry.source_id, entry.transaction_id
on conflict (source_id, transaction_id) do nothing;
