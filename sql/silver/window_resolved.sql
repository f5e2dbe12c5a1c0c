-- window_resolved: the parsed lines with what the catalogue says of their code on their day: name, brand, category, and
-- the list price where the line carries none.
-- reads:  silver/dim_store, silver/dim_product
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_resolved on commit drop as
select
    parsed.store_id,
    parsed.source_id,
    parsed.ingest_xid,
    parsed.ingest_id,
    parsed.batch_id,
    parsed.line_number,
    parsed.line_position,
    parsed.received_at,
    parsed.transaction_id,
    parsed.content_hash,
    parsed.sold_at,
    parsed.sku,
    coalesce(parsed.description, product.description) as description,
    parsed.quantity,
    case when parsed.is_list_price then product.list_price else parsed.unit_price end as unit_price,
    parsed.is_list_price,
    parsed.customer_id,
    parsed.region,
    coalesce(parsed.brand_name, product.brand_name) as brand_name,
    coalesce(parsed.category, product.category) as category,
    parsed.unit,
    parsed.detection_method,
    parsed.confidence,
    parsed.stated_subtotal,
    parsed.unread,
    product.sku is not null as is_known_product,
    parsed.line_type
from window_parsed as parsed
left join scout.dim_store as store
    on
        parsed.store_id = store.store_id
        and parsed.sold_at >= store.valid_from_at
        and parsed.sold_at < store.valid_to_at
left join scout.dim_product as product
    on
        parsed.sku = product.sku
        -- what other sources say in passing is no catalogue
        and not product.is_derived
        and (parsed.sold_at at time zone store.time_zone)::date >= product.valid_from
        and (parsed.sold_at at time zone store.time_zone)::date < product.valid_to;
