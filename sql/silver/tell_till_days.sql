-- ops.store_day_events: settled days of the touched till totals say that they change; before they are marked.
-- reads:  silver/store_metrics
-- params: cause
-- rerun:  safe, in the transaction of the window
with touched as (
    select distinct
        measured.store_id,
        measured.date_key
    from scout.silver_store_metrics as measured
    inner join reference_touched as touched
        on touched.kind = 'store_metric' and measured.measurement_id = touched.code
    where measured.metric_name = 'till_total'
)

insert into ops.store_day_events (store_id, date_key, event, from_state, to_state, actor, note)
select
    known.store_id,
    known.date_key,
    'changed',
    known.state as from_state,
    case when known.state = 'closed' then 'closed' else 'loading' end as to_state,
    'silver',
    'till total ' || :cause
from ops.store_days as known
inner join touched on known.store_id = touched.store_id and known.date_key = touched.date_key
where known.state not in ('open', 'loading')
order by known.store_id, known.date_key
for update of known;
