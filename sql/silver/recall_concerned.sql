-- ops.recalled_transactions: sales that the touched members concern: those that wait for them, those for which the
-- catalogue said something else on their day, and those whose store had another region or time zone at their time.
-- reads:  bronze/quarantine, silver/transaction_items, silver/transactions_cleaned, silver/dim_store,
--         silver/dim_product
-- params: by_catalogue
-- rerun:  safe, in the transaction of the window
with waiting as (
    select
        aside.source_id,
        aside.transaction_id
    from scout.quarantine as aside
    inner join reference_touched as touched on aside.waits_for = touched.kind || '/' || touched.code
    where
        aside.layer = 'silver'
        and aside.status = 'open'
        and aside.transaction_id is not null
        -- reference records that wait are taken apart
        and aside.source_id in (
            select source.source_id from scout.dim_source as source
            where source.grain <> 'reference'
        )
),

resold as (
    select
        item.source_id,
        item.transaction_id
    from scout.silver_transaction_items as item
    inner join reference_touched as touched on touched.kind = 'product' and item.sku = touched.code
    left join known_products as known
        on
            item.sku = known.sku
            and item.date_key >= known.valid_from
            and item.date_key < known.valid_to
            and not known.is_derived
    left join scout.dim_product as described
        on
            item.sku = described.sku
            and item.date_key >= described.valid_from
            and item.date_key < described.valid_to
    where
        item.source_id = any(cast(:by_catalogue as smallint[]))
        and item.date_key >= touched.valid_from
        and (
            (known.description, known.brand_name, known.category)
            is distinct from (described.description, described.brand_name, described.category)
            or (item.is_list_price and known.list_price is distinct from described.list_price)
        )
),

moved as (
    select
        sale.source_id,
        sale.transaction_id
    from scout.silver_transactions_cleaned as sale
    inner join scout.store_registry as registry on sale.store_id = registry.store_id
    -- two days more: a change of the time zone moves the business day and the beginning of the version
    inner join reference_touched as touched
        on touched.kind = 'store' and registry.store_code = touched.code and sale.date_key >= touched.valid_from - 2
    left join known_stores as known
        on
            sale.store_id = known.store_id
            and sale.sold_at >= known.valid_from_at
            and sale.sold_at < known.valid_to_at
    left join scout.dim_store as described
        on
            sale.store_id = described.store_id
            and sale.sold_at >= described.valid_from_at
            and sale.sold_at < described.valid_to_at
    where (known.time_zone, known.region) is distinct from (described.time_zone, described.region)
),

concerned as (
    select * from waiting
    union
    select * from resold
    union
    select * from moved
)

insert into ops.recalled_transactions (source_id, transaction_id)
select
    source_id,
    transaction_id
from concerned
order by source_id, transaction_id
on conflict (source_id, transaction_id) do nothing;
