-- promise: each complete substitution of a sale that counts is in the flows of its business day, and nothing else is.
-- reads:  silver/transactions_cleaned, silver/substitutions, gold/substitution_flows
-- params: -
-- rerun:  safe, read only
with counted as (
    select
        sale.date_key,
        swap.from_sku,
        swap.to_sku,
        count(*) as substitution_count
    from scout.silver_transactions_cleaned as sale
    inner join scout.silver_substitutions as swap
        on
            sale.store_id = swap.store_id
            and sale.date_key = swap.date_key
            and sale.source_id = swap.source_id
            and sale.transaction_id = swap.transaction_id
    where sale.deleted_at is null and swap.from_sku is not null and swap.to_sku is not null
    group by sale.date_key, swap.from_sku, swap.to_sku
),

shown as (
    select
        date_key,
        from_sku,
        to_sku,
        sum(substitution_count)::bigint as substitution_count
    from scout.gold_substitution_flows
    group by date_key, from_sku, to_sku
),

broken as (
    select
        coalesce(counted.date_key, shown.date_key) as date_key,
        coalesce(counted.from_sku, shown.from_sku) as from_sku,
        coalesce(counted.to_sku, shown.to_sku) as to_sku,
        counted.substitution_count as silver_value,
        shown.substitution_count as gold_value
    from counted
    full join shown
        on
            counted.date_key = shown.date_key
            and counted.from_sku = shown.from_sku
            and counted.to_sku = shown.to_sku
    where
        counted.substitution_count is distinct from shown.substitution_count
        -- what is archived is compared by archived_months_are_shown
        and coalesce(counted.date_key, shown.date_key) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                mark.date_key = coalesce(counted.date_key, shown.date_key)
                and mark.layer = 'gold/substitution_flows'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
