-- promise: the parts of each store's business day have the transactions, units and net revenue of silver, exactly.
-- reads:  silver/transactions_cleaned, gold/time_of_day
-- params: -
-- rerun:  safe, read only
with hours as (
    select
        store_id,
        date_key,
        sold_hour,
        count(*) as transaction_count,
        sum(units) as units,
        sum(peso_value) as net_revenue
    from scout.silver_transactions_cleaned
    where deleted_at is null
    group by store_id, date_key, sold_hour
),

parts (time_of_day, from_hour, to_hour) as (
    values
    ('night', 0, 6),
    ('morning', 6, 12),
    ('afternoon', 12, 18),
    ('evening', 18, 22),
    ('night', 22, 24)
),

summed as (
    select
        hours.store_id,
        hours.date_key,
        parts.time_of_day,
        sum(hours.transaction_count) as transaction_count,
        sum(hours.units) as units,
        sum(hours.net_revenue) as net_revenue
    from hours
    inner join parts on hours.sold_hour >= parts.from_hour and hours.sold_hour < parts.to_hour
    group by hours.store_id, hours.date_key, parts.time_of_day
),

broken as (
    select
        coalesce(summed.store_id, figure.store_id) as store_id,
        coalesce(summed.date_key, figure.date_key) as date_key,
        coalesce(summed.time_of_day, figure.time_of_day) as time_of_day,
        summed.net_revenue as silver_value,
        figure.net_revenue as gold_value
    from summed
    full join scout.gold_time_of_day as figure
        on
            summed.store_id = figure.store_id
            and summed.date_key = figure.date_key
            and summed.time_of_day = figure.time_of_day
    where
        (summed.transaction_count, summed.units, summed.net_revenue)
        is distinct from (figure.transaction_count, figure.units, figure.net_revenue)
        -- what is archived is compared by archived_months_are_shown
        and coalesce(summed.date_key, figure.date_key) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.store_id = coalesce(summed.store_id, figure.store_id)
                and mark.date_key = coalesce(summed.date_key, figure.date_key)
                and mark.layer = 'gold/time_of_day'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
