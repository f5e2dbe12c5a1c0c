-- ops.store_days: (store, business day) of the window, before and after, to be audited again.
-- reads:  -
-- params: cause
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the row, or an audit that has it would miss this change
with touched as (
    select
        placed.store_id,
        placed.date_key,
        -- a sale that is only computed again changes by no batch
        max(placed.batch_id) filter (where :cause in ('received', 'replayed')) as batch_id
    from (
        select
            store_id,
            date_key,
            batch_id
        from window_transactions
        union all
        -- where a sale was: what took its place
        select
            old.store_id,
            old.date_key,
            new.batch_id
        from window_superseded as old
        left join window_transactions as new on old.transaction_id = new.transaction_id
    ) as placed
    group by placed.store_id, placed.date_key
)

insert into ops.store_days as known (store_id, date_key, changed_by, batch_id)
select
    store_id,
    date_key,
    :cause,
    batch_id
from touched
order by store_id, date_key
on conflict (store_id, date_key) do update
    set
        state = case when known.state in ('open', 'closed') then known.state else 'loading' end,
        is_changed = true,
        is_due = true,
        changed_at = excluded.changed_at,
        changed_by = excluded.changed_by,
        batch_id = coalesce(excluded.batch_id, known.batch_id);
