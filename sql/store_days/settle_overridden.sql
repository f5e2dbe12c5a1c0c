-- ops.store_days: the state of one audited store-day by the errors that still stand after an override.
-- reads:  -
-- params: store_id, day, by
-- rerun:  safe, the state follows from the findings
with counted as (
    select
        known.store_id,
        known.date_key,
        known.state as old_state,
        count(*) filter (
            where standing.severity = 'error' and not standing.is_overridden and standing.stage = 'balance'
        ) as balance_errors,
        count(*) filter (
            where standing.severity = 'error' and not standing.is_overridden and standing.stage = 'audit'
        ) as other_errors,
        count(*) filter (where standing.severity = 'error' and standing.is_overridden) as overridden_count
    from ops.store_days as known
    left join ops.v_store_day_standing as standing
        on known.store_id = standing.store_id and known.date_key = standing.date_key
    where known.store_id = cast(:store_id as integer) and known.date_key = cast(:day as date)
    group by known.store_id, known.date_key
),

judged as (
    select
        counted.*,
        case
            when counted.old_state in ('open', 'loading', 'closed') then counted.old_state
            else ops.store_day_state(true, false, counted.balance_errors, counted.other_errors)
        end as new_state
    from counted
),

told as (
    insert into ops.store_day_events (store_id, date_key, event, from_state, to_state, actor, note)
    select
        store_id,
        date_key,
        'audited',
        old_state,
        new_state,
        cast(:by as text),
        format('%s errors stand after the override', balance_errors + other_errors)
    from judged
    where new_state <> old_state
)

update ops.store_days as known
set
    state = judged.new_state,
    error_count = judged.balance_errors + judged.other_errors,
    overridden_count = judged.overridden_count
from judged
where known.store_id = judged.store_id and known.date_key = judged.date_key
returning known.state;
