-- ops.store_days: every (store, business day) of silver and those that are known, after everything was marked to be
-- computed again.
-- reads:  silver/transactions_cleaned
-- params: cause
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the row, or an audit that has it would miss this change
insert into ops.store_days as known (store_id, date_key, changed_by)
select
    touched.store_id,
    touched.date_key,
    :cause
from (
    select
        store_id,
        date_key
    from scout.silver_transaction_keys
    union
    select
        store_id,
        date_key
    from ops.store_days
) as touched
order by touched.store_id, touched.date_key
on conflict (store_id, date_key) do update
    set
        state = case when known.state in ('open', 'closed') then known.state else 'loading' end,
        is_changed = true,
        is_due = true,
        changed_at = excluded.changed_at,
        changed_by = excluded.changed_by;
