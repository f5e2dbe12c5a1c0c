-- window_lines: the parsed lines, judged: what kind of line, what value, and why it is refused; composed from the mapping.
-- reads:  silver/dim_store
-- params: -
-- rerun:  safe, the view is dropped with the transaction
create temporary view window_lines as
select
    parsed.store_id,
    parsed.source_id,
    parsed.ingest_xid,
    parsed.ingest_id,
    parsed.batch_id,
    parsed.line_number,
    parsed.line_position,
    parsed.transaction_id,
    parsed.content_hash,
    parsed.sold_at,
    (parsed.sold_at at time zone store.time_zone)::date as line_date,
    parsed.sku,
    parsed.description,
    parsed.quantity,
    parsed.unit_price * source.currency_rate as unit_price,
    parsed.quantity * parsed.unit_price * source.currency_rate as subtotal,
    parsed.customer_id,
    parsed.region,
    case
        when parsed.transaction_id ~ {returns}::text then 'return'
        when parsed.transaction_id ~ {adjustments}::text then 'adjustment'
        when parsed.quantity < 0 and {negative_quantity}::text is not null then {negative_quantity}::text
        else {otherwise}
    end as line_type,
    case
        when parsed.store_id = 0 then 'unknown_store'
        when parsed.sku is null then 'missing_sku'
        when parsed.sold_at is null then 'invalid_timestamp'
        when
            parsed.sold_at < {earliest}::date or parsed.sold_at > parsed.received_at + interval '1 day'
            then 'timestamp_out_of_range'
        when parsed.quantity is null then 'invalid_quantity'
        when parsed.unit_price is null then 'invalid_unit_price'
        when
            length(parsed.sku) > 100 or length(parsed.description) > 1000 or length(parsed.region) > 200
            then 'text_too_long'
    end as reason_code
from window_parsed as parsed
inner join scout.dim_store as store on parsed.store_id = store.store_id
inner join scout.dim_source as source on parsed.source_id = source.source_id;
