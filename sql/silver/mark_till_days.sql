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
),

settled as (
    select
        known.store_id,
        known.date_key,
        known.state
    from ops.store_days as known
    inner join touched on known.store_id = touched.store_id and known.date_key = touched.date_key
    where known.state not in ('open', 'loading')
    order by known.store_id, known.date_key
    for update of known
),

told as (
    insert into ops.store_day_events (store_id, date_key, event, from_state, to_state, actor, note)
    select
        store_id,
        date_key,
        'changed',
        state,
        case when state = 'closed' then 'closed' else 'loading' end,
        'silver',
        'till total ' || :cause
    from settled
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
