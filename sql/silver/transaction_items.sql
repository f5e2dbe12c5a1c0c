-- scout.silver_transaction_items: one row per line of the latest version, by position; a voided sale has none.
-- reads:  bronze/transactions_raw, silver/transactions_cleaned
-- params: -
-- rerun:  safe, lines of older versions were removed in the same transaction
with positioned as (
    select
        latest.date_key,
        line.*,
        row_number() over (
            partition by line.transaction_id
            order by line.line_number, line.line_position
        ) as position_in_transaction
    from window_parsed as line
    -- the hash covers the transaction id; with both columns the planner would expect a handful of rows
    inner join window_transactions as latest on line.content_hash = latest.content_hash
    where latest.deleted_at is null
)

insert into scout.silver_transaction_items (
    store_id, date_key, source_id, transaction_id, line_number, line_type, sku, description,
    quantity, unit_price, subtotal, sold_at, brand_name, category, unit, detection_method, confidence, is_list_price,
    stated_subtotal
)
select
    positioned.store_id,
    positioned.date_key,
    positioned.source_id,
    positioned.transaction_id,
    positioned.position_in_transaction,
    positioned.line_type,
    positioned.sku,
    positioned.description,
    positioned.quantity,
    positioned.unit_price * source.currency_rate,
    positioned.quantity * positioned.unit_price * source.currency_rate,
    positioned.sold_at,
    positioned.brand_name,
    positioned.category,
    positioned.unit,
    positioned.detection_method,
    positioned.confidence,
    positioned.is_list_price,
    positioned.stated_subtotal * source.currency_rate
from positioned
inner join scout.dim_source as source on positioned.source_id = source.source_id
where
    not exists (
        select 1
        from window_rejected as rejected
        where rejected.store_id = positioned.store_id and rejected.ingest_id = positioned.ingest_id
    );
