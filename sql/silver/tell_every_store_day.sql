-- ops.store_day_events: every settled day says that it changes, before all of them are marked to be computed again.
-- reads:  -
-- params: cause
-- rerun:  safe, in the transaction of the marks: a day that is loading tells nothing
insert into ops.store_day_events (store_id, date_key, event, from_state, to_state, actor, note)
select
    known.store_id,
    known.date_key,
    'changed',
    known.state as from_state,
    case when known.state = 'closed' then 'closed' else 'loading' end as to_state,
    'silver',
    :cause
from ops.store_days as known
where known.state not in ('open', 'loading')
order by known.store_id, known.date_key
for update of known;
