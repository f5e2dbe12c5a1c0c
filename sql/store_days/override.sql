-- ops.store_day_overrides: accepts the findings of severity error that stand on a locked store-day, one kind or all.
-- reads:  -
-- params: store_id, day, finding, by, why
-- rerun:  safe, what is overridden does not stand any more
with standing as (
    select
        known.store_id,
        known.date_key,
        known.finding,
        known.observed
    from ops.store_day_findings as known
    inner join ops.v_store_day_standing as standing
        on
            known.store_id = standing.store_id
            and known.date_key = standing.date_key
            and known.finding = standing.finding
    where
        known.store_id = cast(:store_id as integer)
        and known.date_key = cast(:day as date)
        and known.finding = coalesce(cast(:finding as text), known.finding)
        and known.severity = 'error'
        and not standing.is_overridden
),

told as (
    insert into ops.store_day_events (store_id, date_key, event, from_state, to_state, actor, note)
    select
        standing.store_id,
        standing.date_key,
        'overridden',
        known.state as from_state,
        known.state as to_state,
        cast(:by as text),
        format('%s (%s): %s', standing.finding, standing.observed, cast(:why as text))
    from standing
    inner join ops.store_days as known
        on standing.store_id = known.store_id and standing.date_key = known.date_key
)

insert into ops.store_day_overrides (store_id, date_key, finding, observed, overridden_by, reason)
select
    store_id,
    date_key,
    finding,
    observed,
    cast(:by as text),
    cast(:why as text)
from standing
order by finding
returning finding;
