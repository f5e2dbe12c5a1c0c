-- scout.silver_substitutions: sales of the window in which another product was taken than the one asked for; or another
-- brand, where the device says so and nothing of products.
-- reads:  silver/transactions_cleaned
-- params: reasons
-- rerun:  safe, rows of older versions were removed in the same transaction
with said as (
    select
        sale.store_id,
        sale.date_key,
        sale.source_id,
        sale.transaction_id,
        sale.payload -> 'substitution_event' as event,
        nullif(btrim(left(sale.payload ->> 'asked_brand_id', 200)), '') as asked_brand,
        nullif(btrim(left(sale.payload ->> 'final_brand_id', 200)), '') as final_brand
    from window_contracts as sale
    -- a fence: the record is taken apart once, not once for every part
    offset 0
),

substituted as (
    select
        said.*,
        -- longer than any code of ours: it names no product
        upper(nullif(btrim(left(said.event ->> 'from_sku', 100)), '')) as from_sku,
        upper(nullif(btrim(left(said.event ->> 'to_sku', 100)), '')) as to_sku,
        cast(:reasons as jsonb) ->> lower(btrim(said.event ->> 'reason')) as reason
    from said
    where
        lower(btrim(said.event ->> 'occurred')) = 'true'
        or (
            nullif(btrim(said.event ->> 'occurred'), '') is null
            and lower(said.asked_brand) <> lower(said.final_brand)
        )
)

insert into scout.silver_substitutions (
    store_id, date_key, source_id, transaction_id, from_sku, to_sku, reason, is_complete, from_brand, to_brand
)
select
    store_id,
    date_key,
    source_id,
    transaction_id,
    from_sku,
    to_sku,
    coalesce(reason, 'unknown') as reason,
    from_sku is not null and to_sku is not null as is_complete,
    asked_brand as from_brand,
    final_brand as to_brand
from substituted
order by store_id, date_key, source_id, transaction_id;
