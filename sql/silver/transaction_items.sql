-- scout.silver_transaction_items: one row per line of the latest version, numbered by its position.
-- reads:  bronze/transactions_raw, silver/transactions_cleaned
-- params: -
-- rerun:  safe, lines of older versions were removed in the same transaction
with positioned as (
    select
        line.*,
        row_number() over (
            partition by line.transaction_id, line.content_hash
            order by line.line_number, line.line_position
        ) as position_in_transaction
    from window_lines as line
)

insert into scout.silver_transaction_items (
    store_id, date_key, source_id, transaction_id, line_number, line_type, sku, description,
    quantity, unit_price, subtotal, sold_at
)
select
    latest.store_id,
    latest.date_key,
    latest.source_id,
    latest.transaction_id,
    positioned.position_in_transaction,
    positioned.line_type,
    positioned.sku,
    positioned.description,
    positioned.quantity,
    positioned.unit_price,
    positioned.subtotal,
    positioned.sold_at
from positioned
inner join window_transactions as latest
    on positioned.transaction_id = latest.transaction_id and positioned.content_hash = latest.content_hash
where positioned.reason_code is null;
