-- promise: the hours of each brand and business day have the units and net revenue of the items, exactly.
-- reads:  silver/transactions_cleaned, silver/transaction_items, gold/brand_hours
-- params: -
-- rerun:  safe, read only
with together as (
    select
        coalesce(item.brand_name, 'Unbranded') as brand_name,
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
        brand_name,
        date_key,
        sold_hour,
        -units,
        -net_revenue
    from scout.gold_brand_hours
),

different as (
    select
        brand_name,
        date_key,
        sold_hour,
        sum(units) as units_missing,
        sum(net_revenue) as net_revenue_missing
    from together
    group by brand_name, date_key, sold_hour
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
            where mark.date_key = different.date_key and mark.layer = 'gold/brand_hours'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
