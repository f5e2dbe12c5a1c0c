-- scout.dim_product: whether codes are products, told again by the mappings of today; a code is one when no source that
-- sold it says otherwise. Codes of archived sales alone stay as they are.
-- reads:  silver/transaction_items
-- params: source_ids, patterns
-- rerun:  safe, writes only what differs
with told as (
    select
        stated.source_id,
        stated.pattern
    from unnest(cast(:source_ids as smallint[]), cast(:patterns as text[])) as stated (source_id, pattern)
),

-- the others are products by every mapping, and are told so
in_question as materialized (
    select known.sku
    from scout.dim_product as known
    where
        known.is_derived
        and (
            not known.is_product
            or exists (
                select 1 from told
                where known.sku ~ told.pattern
            )
        )
),

sold as (
    select distinct
        item.sku,
        item.source_id
    from scout.silver_transaction_items as item
    where item.sku in (select in_question.sku from in_question)
),

judged as (
    select
        sold.sku,
        bool_and(
            not exists (
                select 1 from told
                where told.source_id = sold.source_id and sold.sku ~ told.pattern
            )
        ) as is_product
    from sold
    group by sold.sku
)

update scout.dim_product as known
set is_product = judged.is_product, updated_at = now()
from judged
where known.sku = judged.sku and known.is_derived and known.is_product <> judged.is_product;
