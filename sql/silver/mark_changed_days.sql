-- ops.changed_days: the business days of the window, before and after, whose quality must be looked at again.
-- reads:  -
-- params: -
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the mark, or a check that takes it would miss this change
insert into ops.changed_days (date_key)
select touched.date_key
from (
    select date_key
    from window_transactions
    union
    select date_key
    from window_superseded
) as touched
order by touched.date_key
on conflict (date_key) do update
    set changed_xid = excluded.changed_xid, changed_at = excluded.changed_at;
