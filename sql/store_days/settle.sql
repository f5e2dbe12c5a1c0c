-- ops.store_days: what the audit makes of each day: its state by the findings of severity error that stand, and the
-- event when that is another one. A closed day stays closed.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the audit
with counted as (
    select
        audited_days.store_id,
        audited_days.date_key,
        count(*) filter (
            where standing.severity = 'error' and not standing.is_overridden and standing.stage = 'balance'
        ) as balance_errors,
        count(*) filter (
            where standing.severity = 'error' and not standing.is_overridden and standing.stage = 'audit'
        ) as other_errors,
        count(*) filter (where standing.severity = 'error' and standing.is_overridden) as overridden_count,
        count(*) filter (where standing.severity = 'warning') as warning_count
    from audited_days
    left join ops.v_store_day_standing as standing
        on audited_days.store_id = standing.store_id and audited_days.date_key = standing.date_key
    group by audited_days.store_id, audited_days.date_key
),

sales as (
    select
        store_id,
        date_key,
        count(*) filter (where not is_voided) as sale_count
    from day_sales
    group by store_id, date_key
),

judged as (
    select
        counted.*,
        known.state as old_state,
        coalesce(sales.sale_count, 0) as sale_count,
        case
            when known.state = 'closed' then 'closed'
            else ops.store_day_state(true, false, counted.balance_errors, counted.other_errors)
        end as new_state
    from counted
    inner join ops.store_days as known
        on counted.store_id = known.store_id and counted.date_key = known.date_key
    left join sales on counted.store_id = sales.store_id and counted.date_key = sales.date_key
),

told as (
    insert into ops.store_day_events (store_id, date_key, event, from_state, to_state, actor, note)
    select
        store_id,
        date_key,
        'audited',
        old_state,
        new_state,
        'audit',
        format('%s errors, %s warnings', balance_errors + other_errors, warning_count)
    from judged
    where new_state <> old_state
    order by store_id, date_key
)

update ops.store_days as known
set
    state = judged.new_state,
    is_changed = false,
    is_due = false,
    sale_count = judged.sale_count,
    error_count = judged.balance_errors + judged.other_errors,
    overridden_count = judged.overridden_count,
    warning_count = judged.warning_count,
    audited_at = clock_timestamp()
from judged
where known.store_id = judged.store_id and known.date_key = judged.date_key;
