-- window_lines: the lines of one source in the window, typed and judged; nothing is rounded, guessed or invented.
-- reads:  bronze/transactions_raw, silver/dim_store
-- params: source_id, last_xid, last_id, upto_xid, upto_id, is_rebuild, items_path, sold_at_path, sku_path,
--         description_path, quantity_path, unit_price_path, customer_id_path, region_path, time_pattern, time_iso,
--         time_zone, earliest, returns_pattern, adjustments_pattern, negative_quantity, otherwise
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_lines on commit drop as
with received as (
    select record.*
    from scout.bronze_transactions_raw as record
    where
        record.source_id = cast(:source_id as smallint)
        and record.ingest_xid between cast(:last_xid as xid8) and cast(:upto_xid as xid8)
        and (record.ingest_xid, record.ingest_id) > (cast(:last_xid as xid8), cast(:last_id as bigint))
        and (record.ingest_xid, record.ingest_id) <= (cast(:upto_xid as xid8), cast(:upto_id as bigint))
        and (
            not cast(:is_rebuild as boolean)
            or record.transaction_id in (select chosen.transaction_id from rebuild_transactions as chosen)
        )
),

lines as (
    select
        received.*,
        line.item,
        line.line_position
    from received
    cross join lateral (
        select
            received.payload as item,
            received.line_number as line_position
        where cast(:items_path as text []) is null
        union all
        select
            element.item,
            element.line_position
        from jsonb_array_elements(
            case
                when jsonb_path_exists(received.payload #> cast(:items_path as text []), 'strict $[*]', silent => true)
                    then received.payload #> cast(:items_path as text [])
                else '[null]'::jsonb
            end
        ) with ordinality as element (item, line_position)
        where cast(:items_path as text []) is not null
    ) as line
),

fields as (
    select
        lines.*,
        case
            when cast(:time_pattern as text) is null then btrim(payload #>> cast(:sold_at_path as text []))
            when btrim(payload #>> cast(:sold_at_path as text [])) ~ cast(:time_pattern as text)
                then regexp_replace(
                    btrim(payload #>> cast(:sold_at_path as text [])), cast(:time_pattern as text), cast(:time_iso as text)
                )
        end as sold_at_text,
        upper(nullif(btrim(item #>> cast(:sku_path as text [])), '')) as sku,
        nullif(btrim(item #>> cast(:description_path as text [])), '') as description,
        btrim(item #>> cast(:quantity_path as text [])) as quantity_text,
        btrim(item #>> cast(:unit_price_path as text [])) as unit_price_text,
        payload #>> cast(:customer_id_path as text []) as customer_id,
        nullif(btrim(payload #>> cast(:region_path as text [])), '') as region
    from lines
    -- a fence: without it each expression below would extract and parse its fields again
    offset 0
),

typed as (
    select
        fields.*,
        scout.parse_timestamp(sold_at_text, cast(:time_zone as text)) as sold_at,
        scout.parse_decimal(quantity_text) as quantity,
        scout.parse_decimal(unit_price_text) as source_unit_price
    from fields
    offset 0
)

select
    typed.store_id,
    typed.source_id,
    typed.ingest_xid,
    typed.ingest_id,
    typed.batch_id,
    typed.line_number,
    typed.line_position,
    typed.transaction_id,
    typed.content_hash,
    typed.sold_at,
    (typed.sold_at at time zone store.time_zone)::date as line_date,
    typed.sku,
    typed.description,
    typed.quantity,
    typed.source_unit_price * source.currency_rate as unit_price,
    typed.quantity * typed.source_unit_price * source.currency_rate as subtotal,
    typed.customer_id,
    typed.region,
    case
        when typed.transaction_id ~ cast(:returns_pattern as text) then 'return'
        when typed.transaction_id ~ cast(:adjustments_pattern as text) then 'adjustment'
        when typed.quantity < 0 and cast(:negative_quantity as text) is not null then cast(:negative_quantity as text)
        else cast(:otherwise as text)
    end as line_type,
    case
        when typed.store_id = 0 then 'unknown_store'
        when typed.sku is null then 'missing_sku'
        when typed.sold_at is null then 'invalid_timestamp'
        when
            typed.sold_at < cast(:earliest as timestamptz) or typed.sold_at > typed.received_at + interval '1 day'
            then 'timestamp_out_of_range'
        when typed.quantity is null then 'invalid_quantity'
        when typed.source_unit_price is null then 'invalid_unit_price'
        when
            length(typed.sku) > 100 or length(typed.description) > 1000 or length(typed.region) > 200
            then 'text_too_long'
    end as reason_code
from typed
inner join scout.dim_store as store on typed.store_id = store.store_id
inner join scout.dim_source as source on typed.source_id = source.source_id;
