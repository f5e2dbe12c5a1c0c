-- ops.store_days: opens a closed, locked day again: it is audited anew, and rests from now on before the policy closes
-- it.
-- reads:  -
-- params: store_id, day, by, why
-- rerun:  safe, an open day is left alone
with reopened as (
    update ops.store_days as known
    set
        state = ops.store_day_state(true, true, 0, 0),
        is_changed = true,
        is_due = true,
        changed_at = clock_timestamp(),
        closed_at = null,
        closed_by = null,
        closed_transaction_count = null,
        closed_line_count = null,
        closed_units = null,
        closed_gross_sales = null,
        closed_returns_value = null,
        closed_adjustments_value = null,
        closed_net_revenue = null,
        closed_unique_customers = null,
        closed_avg_transaction_value = null
    where
        known.store_id = cast(:store_id as integer)
        and known.date_key = cast(:day as date)
        and known.state = 'closed'
    returning known.store_id, known.date_key, known.state
)

insert into ops.store_day_events (store_id, date_key, event, from_state, to_state, actor, note)
select
    store_id,
    date_key,
    'reopened',
    'closed',
    state,
    cast(:by as text),
    cast(:why as text)
from reopened;
