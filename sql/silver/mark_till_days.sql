-- ops.store_days: (store, business day) of the touched till totals as they stand in silver; run before they are
-- described again and after it, because a correction may move one elsewhere.
-- reads:  silver/store_metrics
-- params: cause
-- rerun:  safe; DO UPDATE, not DO NOTHING: it must lock the row, or an audit that has it would miss this change
with touched as (
    select distinct
        measured.store_id,
        measured.date_key
    from scout.silver_store_metrics as measured
    inner join reference_touched as touched
        on touched.kind = 'store_metric' and measured.measurement_id = touched.code
    where measured.metric_name = 'till_total'
)

insert into ops.store_days as known (store_id, date_key, changed_by)
select
    store_id,
    date_key,
    :cause
from touched
order by store_id, date_key
on conflict (store_id, date_key) do update
    set
        state = case when known.state in ('open', 'closed') then known.state else 'loading' end,
        is_changed = true,
        is_due = true,
        changed_at = excluded.changed_at;
