-- promise: the hours of each store and business day have the transactions, units and net revenue of silver, exactly.
-- reads:  silver/transactions_cleaned, gold/hourly_kpis
-- params: -
-- rerun:  safe, read only
with together as (
    select
        store_id,
        date_key,
        sold_hour,
        1 as transaction_count,
        units,
        peso_value as net_revenue
    from scout.silver_transactions_cleaned
    where deleted_at is null
    union all
    -- taken away again: what is equal leaves nothing
    select
        store_id,
        date_key,
        sold_hour,
        -transaction_count,
        -units,
        -net_revenue
    from scout.gold_hourly_kpis
),

different as (
    select
        store_id,
        date_key,
        sold_hour,
        sum(transaction_count) as transactions_missing,
        sum(net_revenue) as net_revenue_missing
    from together
    group by store_id, date_key, sold_hour
    having
        sum(transaction_count) <> 0
        or sum(units) <> 0
        or sum(net_revenue) <> 0
),

broken as (
    select different.*
    from different
    where
        -- what is archived is compared by archived_months_are_shown
        different.date_key >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.store_id = different.store_id
                and mark.date_key = different.date_key
                and mark.layer = 'gold/hourly_kpis'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
