-- scout.gold_substitution_flows: one row per business day of the buckets, pair of products and reason, over all stores.
-- reads:  silver/substitutions
-- params: first_day, last_day
-- rerun:  safe, the days' rows were removed in the same transaction
with written as (
    insert into scout.gold_substitution_flows (
        date_key, from_sku, to_sku, reason,
        substitution_count, store_count
    )
    select
        swap.date_key,
        swap.from_sku,
        swap.to_sku,
        coalesce(swap.reason, 'unknown') as reason,
        count(*) as substitution_count,
        count(distinct swap.store_id) as store_count
    from scout.silver_substitutions as swap
    where
        swap.is_complete
        and swap.date_key in (select buckets.date_key from buckets)
        and swap.date_key >= cast(:first_day as date)
        and swap.date_key <= cast(:last_day as date)
    group by swap.date_key, swap.from_sku, swap.to_sku, coalesce(swap.reason, 'unknown')
    returning substitution_count
)

select
    coalesce(sum(substitution_count), 0)::bigint as rows_read,
    count(*) as rows_written
from written;
