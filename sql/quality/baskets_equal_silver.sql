-- promise: the code that stands on most lines of a month is paired with just those codes, and as often, as its baskets
-- in silver hold them; all pairs of all codes would cost too much to count a second time.
-- reads:  silver/transactions_cleaned, silver/transaction_items, gold/basket_patterns
-- params: -
-- rerun:  safe, read only
with counted as (
    select
        date_trunc('month', date_key)::date as month,
        sku,
        count(*) as line_count
    from scout.silver_transaction_items
    where line_type = 'sale'
    group by date_trunc('month', date_key)::date, sku
),

probes as (
    select distinct on (month)
        month,
        sku
    from counted
    order by month asc, line_count desc, sku asc
),

probe_baskets as (
    select distinct
        probes.month,
        probes.sku as probe,
        sale.store_id,
        sale.date_key,
        sale.source_id,
        sale.transaction_id
    from probes
    inner join scout.silver_transaction_items as item
        on probes.sku = item.sku and probes.month = date_trunc('month', item.date_key)::date
    inner join scout.silver_transactions_cleaned as sale
        on
            item.store_id = sale.store_id
            and item.date_key = sale.date_key
            and item.source_id = sale.source_id
            and item.transaction_id = sale.transaction_id
    where item.line_type = 'sale' and sale.line_count <= 10 and sale.deleted_at is null
),

held_together as (
    select distinct
        probe_baskets.month,
        probe_baskets.probe,
        item.source_id,
        item.transaction_id,
        item.sku
    from probe_baskets
    inner join scout.silver_transaction_items as item
        on
            probe_baskets.store_id = item.store_id
            and probe_baskets.date_key = item.date_key
            and probe_baskets.source_id = item.source_id
            and probe_baskets.transaction_id = item.transaction_id
    where item.line_type = 'sale' and probe_baskets.probe <> item.sku
),

recounted as (
    select
        month,
        least(probe, sku) as sku_a,
        greatest(probe, sku) as sku_b,
        count(*) as basket_count
    from held_together
    group by month, least(probe, sku), greatest(probe, sku)
    having count(*) >= 3
),

shown as (
    select
        figure.month,
        figure.sku_a,
        figure.sku_b,
        figure.basket_count
    from scout.gold_basket_patterns as figure
    left join probes on figure.month = probes.month
    -- a month without any line has no probe, and no pair either
    where probes.sku is null or probes.sku in (figure.sku_a, figure.sku_b)
),

broken as (
    select
        coalesce(recounted.month, shown.month) as month,
        coalesce(recounted.sku_a, shown.sku_a) as sku_a,
        coalesce(recounted.sku_b, shown.sku_b) as sku_b,
        recounted.basket_count as silver_value,
        shown.basket_count as gold_value
    from recounted
    full join shown
        on recounted.month = shown.month and recounted.sku_a = shown.sku_a and recounted.sku_b = shown.sku_b
    where
        recounted.basket_count is distinct from shown.basket_count
        -- what is archived is compared by archived_months_are_shown
        and coalesce(recounted.month, shown.month) >= (select ops.silver_kept_from())
        and not exists (
            select 1
            from ops.dirty_buckets as mark
            where
                date_trunc('month', mark.date_key)::date = coalesce(recounted.month, shown.month)
                and mark.layer = 'gold/basket_patterns'
        )
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
