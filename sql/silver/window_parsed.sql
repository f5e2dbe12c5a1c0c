-- window_parsed: the lines of one source in the window, each field parsed once, null where it is not what it must be;
-- composed from the mapping. No column is used in another one: the planner would paste its parsing into both.
-- reads:  -
-- params: sold_at, records, position, time_pattern, time_iso, time_zone, sku, description, quantity, unit_price,
--         customer_id, region, brand_name, category, unit, detection_method, confidence, total_price, unread, returns,
--         adjustments, negative_quantity, otherwise
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_parsed on commit drop as
with received as (
    select
        record.*,
        btrim({sold_at}) as sold_at_text
    from {records} as record
)

select
    store_id,
    source_id,
    ingest_xid,
    ingest_id,
    batch_id,
    line_number,
    {position} as line_position,
    received_at,
    transaction_id,
    content_hash,
    scout.parse_timestamp(
        case
            when {time_pattern}::text is null then sold_at_text
            when sold_at_text ~ {time_pattern}::text then regexp_replace(sold_at_text, {time_pattern}::text, {time_iso}::text)
        end, {time_zone}
    ) as sold_at,
    upper(nullif(btrim({sku}), '')) as sku,
    nullif(btrim({description}), '') as description,
    scout.parse_decimal(btrim({quantity})) as quantity,
    scout.parse_decimal(btrim({unit_price})) as unit_price,
    coalesce(btrim({unit_price}), '') = '' as is_list_price,
    {customer_id} as customer_id,
    nullif(btrim({region}), '') as region,
    nullif(btrim({brand_name}), '') as brand_name,
    nullif(btrim({category}), '') as category,
    nullif(btrim({unit}), '') as unit,
    {detection_method} as detection_method,
    scout.parse_measure(btrim({confidence})) as confidence,
    scout.parse_decimal(btrim({total_price})) as stated_subtotal,
    {unread} as unread,
    true as is_known_product,
    case
        when transaction_id ~ {returns}::text then 'return'
        when transaction_id ~ {adjustments}::text then 'adjustment'
        when
            {negative_quantity}::text is not null and btrim({quantity}) ~ '^-.*[1-9]'
            then {negative_quantity}::text
        else {otherwise}
    end as line_type
from received;
