-- Store-days by state, in the order of the states: how many there are, how many have errors that stand or wait for an
-- audit, and from when to when.
-- reads:  -
-- params: -
-- rerun:  reads only
select
    store_day.state,
    count(*) as day_count,
    count(*) filter (where store_day.error_count > 0) as error_day_count,
    count(*) filter (where store_day.warning_count > 0) as warning_day_count,
    count(*) filter (where store_day.is_due) as due_count,
    min(store_day.date_key) as first_day,
    max(store_day.date_key) as last_day
from ops.store_days as store_day
group by store_day.state
order by array_position(
    array['open', 'loading', 'complete', 'balanced', 'audited', 'closed'], store_day.state
);
