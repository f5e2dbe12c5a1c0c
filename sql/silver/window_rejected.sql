-- window_rejected: bronze records of the window that cannot enter silver, each with the first reason found, and the
-- dimension member for which it waits where one is missing.
-- reads:  silver/dim_store
-- params: earliest, by_catalogue, is_by_item, quantity_from, quantity_to, unit_price_from, unit_price_to
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_rejected on commit drop as
with judged as (
    select
        parsed.store_id,
        parsed.ingest_xid,
        parsed.ingest_id,
        parsed.line_position,
        parsed.sku,
        parsed.is_list_price,
        case
            when parsed.store_id = 0 then 'missing_store_id'
            when parsed.sold_at is null then 'invalid_timestamp'
            when
                parsed.sold_at < cast(:earliest as date) or parsed.sold_at > parsed.received_at + interval '1 day'
                then 'timestamp_out_of_range'
            -- what is taken back needs a store and a time, whatever its lines say
            when attribute.deleted_at is not null and store.store_id is null then 'unknown_store'
            when attribute.deleted_at is not null then null
            when
                cast(:is_by_item as boolean)
                and num_nonnulls(
                    parsed.sku, parsed.quantity, parsed.description, parsed.brand_name, parsed.category
                ) = 0
                then 'missing_items'
            when parsed.sku is null then 'missing_sku'
            when parsed.quantity is null then 'invalid_quantity'
            when
                parsed.quantity < cast(:quantity_from as numeric) or parsed.quantity > cast(:quantity_to as numeric)
                then 'quantity_out_of_range'
            when parsed.unit_price is null and not parsed.is_list_price then 'invalid_unit_price'
            when
                parsed.unit_price < cast(:unit_price_from as numeric)
                or parsed.unit_price > cast(:unit_price_to as numeric)
                then 'unit_price_out_of_range'
            when
                length(parsed.sku) > 100 or length(parsed.description) > 1000 or length(parsed.region) > 200
                or length(parsed.brand_name) > 200 or length(parsed.category) > 200
                then 'text_too_long'
            when store.store_id is null then 'unknown_store'
            when not parsed.is_known_product then 'unknown_product'
            when parsed.unit_price is null then 'invalid_unit_price'
        end as reason_code
    from window_parsed as parsed
    left join window_attributes as attribute
        on
            parsed.store_id = attribute.store_id
            and parsed.ingest_id = attribute.ingest_id
            and attribute.deleted_at is not null
    left join scout.dim_store as store
        on
            parsed.store_id = store.store_id
            and parsed.sold_at >= store.valid_from_at
            and parsed.sold_at < store.valid_to_at
)

select distinct on (judged.store_id, judged.ingest_id)
    judged.store_id,
    judged.ingest_xid,
    judged.ingest_id,
    judged.reason_code,
    case
        when judged.reason_code = 'unknown_store' then 'store/' || registry.store_code
        when judged.reason_code = 'unknown_product' then 'product/' || judged.sku
        -- the list price is to blame: a corrected one lets the sale in
        when
            cast(:by_catalogue as boolean) and judged.is_list_price
            and judged.reason_code in ('unit_price_out_of_range', 'invalid_unit_price')
            then 'product/' || judged.sku
    end as waits_for
from judged
left join scout.store_registry as registry on judged.store_id = registry.store_id and judged.store_id <> 0
where judged.reason_code is not null
order by judged.store_id, judged.ingest_id, judged.line_position;
