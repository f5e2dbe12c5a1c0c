-- ops.store_day_events: settled days of the window, before and after, say that they change. Before they are marked, and
-- with their rows locked: the state that they leave is the one that an audit gave them last.
-- reads:  -
-- params: cause
-- rerun:  safe, in the transaction of the window
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

insert into ops.store_day_events (store_id, date_key, event, from_state, to_state, actor, note, batch_id)
select
    known.store_id,
    known.date_key,
    'changed',
    known.state as from_state,
    case when known.state = 'closed' then 'closed' else 'loading' end as to_state,
    'silver',
    :cause,
    touched.batch_id
from ops.store_days as known
inner join touched on known.store_id = touched.store_id and known.date_key = touched.date_key
where known.state not in ('open', 'loading')
order by known.store_id, known.date_key
for update of known;
