-- ops.changed_days: every business day of silver, after everything was marked to be computed again.
-- reads:  silver/transactions_cleaned
-- params: -
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a check that takes it would miss this change
insert into ops.changed_days (date_key)
select distinct keys.date_key
from scout.silver_transaction_keys as keys
order by keys.date_key
on conflict (date_key) do update
    set changed_xid = excluded.changed_xid, changed_at = excluded.changed_at;
