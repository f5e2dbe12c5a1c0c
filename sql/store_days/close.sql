-- ops.store_days: closes the locked days, with what gold shows of them; none that is due for an audit.
-- reads:  gold/daily_aggregates
-- params: by, why
-- rerun:  safe, a closed day is not audited any more and is left alone
with closed as (
    update ops.store_days as known
    set
        state = 'closed',
        closed_at = clock_timestamp(),
        closed_by = cast(:by as text),
        closed_transaction_count = shown.transaction_count,
        closed_line_count = shown.line_count,
        closed_units = shown.units,
        closed_gross_sales = shown.gross_sales,
        closed_returns_value = shown.returns_value,
        closed_adjustments_value = shown.adjustments_value,
        closed_net_revenue = shown.net_revenue,
        closed_unique_customers = shown.unique_customers,
        closed_avg_transaction_value = shown.avg_transaction_value
    from closing_days
    left join scout.gold_daily_aggregates as shown
        on closing_days.store_id = shown.store_id and closing_days.date_key = shown.date_key
    where
        known.store_id = closing_days.store_id
        and known.date_key = closing_days.date_key
        and known.state = 'audited'
        and not known.is_changed
        and not known.is_due
    returning known.store_id, known.date_key
)

insert into ops.store_day_events (store_id, date_key, event, from_state, to_state, actor, note)
select
    store_id,
    date_key,
    'closed',
    'audited',
    'closed',
    cast(:by as text),
    cast(:why as text)
from closed
order by store_id, date_key;
