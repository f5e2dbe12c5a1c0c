-- between which days the taken buckets lie, and between which those of their months, and of their weeks and months. As
-- parameters of a statement they let the planner leave out all other months of facts before it looks at them.
-- reads:  -
-- params: -
-- rerun:  safe, read only
with days as (
    select
        min(date_key) as first_day,
        max(date_key) as last_day
    from buckets
),

months as (
    select
        days.*,
        date_trunc('month', days.first_day)::date as first_month_day,
        (date_trunc('month', days.last_day) + interval '1 month' - interval '1 day')::date as last_month_day
    from days
)

select
    months.*,
    least(date_trunc('week', months.first_day)::date, months.first_month_day) as first_period_day,
    greatest((date_trunc('week', months.last_day) + interval '6 days')::date, months.last_month_day) as last_period_day
from months;
