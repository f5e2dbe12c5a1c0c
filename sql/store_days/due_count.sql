-- How many store-days are due, by what they wait for: the end of their day, gold, or nothing but the audit.
-- reads:  -
-- params: -
-- rerun:  reads only
with due as (
    select
        store_day.state = 'open' as is_open,
        exists(
            select 1
            from ops.dirty_buckets as mark
            where mark.store_id = store_day.store_id and mark.date_key = store_day.date_key
        ) as is_marked
    from ops.store_days as store_day
    where store_day.is_due
)

select
    count(*) filter (where is_open) as open_count,
    count(*) filter (where not is_open and is_marked) as waiting_count,
    count(*) filter (where not is_open and not is_marked) as due_count
from due;
