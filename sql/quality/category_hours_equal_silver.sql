-- promise: the hours of each category and business day have the units and net revenue of the items, exactly.
-- reads:  silver/transactions_cleaned, silver/transaction_items, gold/category_hours
-- params: -
-- rerun:  safe, read only
with together as (
    select
        coalesce(item.category, 'Uncategorised') as category,
        item.date_key,
        sale.sold_hour,
        item.quantity as units,
        item.subtotal as net_revenue
    from scout.silver_transaction_items as item
    inner join scout.silver_transactions_cleaned as sale
        on
            item.store_id = sale.store_id
            and item.date_key = sale.date_key
            and item.source_id = sale.source_id
            and item.transaction_id = sale.transaction_id
    union all
    -- taken away again: what is equal leaves nothing
    select
        category,
        date_key,
        sold_hour,
        -units,
        -net_revenue
    from scout.gold_category_hours
),

different as (
    select
        category,
        date_key,
        sold_hour,
        sum(units) as units_missing,
        sum(net_revenue) as net_revenue_missing
    from together
    group by category, date_key, sold_hour
    having
        sum(units) <> 0
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
            where mark.date_key = different.date_key and mark.layer = 'gold/category_hours'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
