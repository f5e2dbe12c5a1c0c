-- ops.store_days: later days of the store that learn from a day which changed are due, as far as they were audited.
-- What another transaction is changing is due by itself.
-- reads:  silver/dim_date
-- params: -
-- rerun:  safe, due days stay due
with parameters as (
    select (rule.parameters ->> 'window_days')::integer as window_days
    from ops.data_quality_rules as rule
    where rule.rule_id = 'scout.gold_daily_aggregates.transaction_count_is_usual' and rule.is_active
),

classes as (
    select
        calendar.date_key,
        case when calendar.is_holiday then 'holiday' when calendar.is_payday then 'payday' end as special
    from scout.dim_date as calendar
    where calendar.is_holiday or calendar.is_payday
),

changed as (
    select
        audited_days.store_id,
        audited_days.date_key,
        classes.special
    from audited_days
    left join classes on audited_days.date_key = classes.date_key
    where audited_days.is_changed
),

learning as (
    select
        later.store_id,
        later.date_key
    from ops.store_days as later
    where
        later.audited_at is not null
        and not later.is_due
        and exists (
            select 1
            from changed
            cross join parameters
            left join classes as class_of_later on later.date_key = class_of_later.date_key
            where
                changed.store_id = later.store_id
                and changed.date_key < later.date_key
                and changed.special is not distinct from class_of_later.special
                and changed.date_key >= later.date_key
                - case when changed.special is null then parameters.window_days else 400 end
        )
    order by later.store_id, later.date_key
    for update of later skip locked
)

update ops.store_days as known
set is_due = true
from learning
where known.store_id = learning.store_id and known.date_key = learning.date_key;
