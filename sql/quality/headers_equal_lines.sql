-- promise: each transaction has the lines, units and value of its items, a voided one has none; no item stands alone.
-- reads:  silver/transactions_cleaned, silver/transaction_items
-- params: -
-- rerun:  safe, read only
with summed as (
    select
        store_id,
        date_key,
        source_id,
        transaction_id,
        count(*) as line_count,
        sum(quantity) as units,
        sum(subtotal) as peso_value
    from scout.silver_transaction_items
    where date_key >= (select ops.silver_kept_from())
    group by store_id, date_key, source_id, transaction_id
),

broken as (
    select
        coalesce(header.source_id, summed.source_id) as source_id,
        coalesce(header.transaction_id, summed.transaction_id) as transaction_id,
        header.peso_value as header_value,
        summed.peso_value as lines_value
    from (
        select kept.*
        from scout.silver_transactions_cleaned as kept
        where kept.date_key >= (select ops.silver_kept_from())
    ) as header
    full join summed
        on
            header.store_id = summed.store_id
            and header.date_key = summed.date_key
            and header.source_id = summed.source_id
            and header.transaction_id = summed.transaction_id
    where
        (
            header.deleted_at is null
            and (header.line_count, header.units, header.peso_value)
            is distinct from (summed.line_count, summed.units, summed.peso_value)
        )
        or (header.transaction_id is null or header.deleted_at is not null) and summed.transaction_id is not null
        or header.peso_value <> header.gross_sales + header.returns_value + header.adjustments_value
        or header.peso_value in ('NaN', 'Infinity', '-Infinity')
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
