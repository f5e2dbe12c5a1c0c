-- window_lines: the lines of the window that are right, in reporting currency and with their business day.
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
    parsed.transaction_id,
    parsed.content_hash,
    parsed.sold_at,
    (parsed.sold_at at time zone store.time_zone)::date as line_date,
    parsed.sku,
    parsed.description,
    parsed.quantity,
    parsed.quantity * parsed.unit_price * source.currency_rate as subtotal,
    parsed.customer_id,
    coalesce(store.region, parsed.region) as region,
    parsed.line_type
from window_parsed as parsed
inner join scout.dim_store as store
    on
        parsed.store_id = store.store_id
        and parsed.sold_at >= store.valid_from_at
        and parsed.sold_at < store.valid_to_at
inner join scout.dim_source as source on parsed.source_id = source.source_id
where
    not exists (
        select 1
        from window_rejected as rejected
        where rejected.store_id = parsed.store_id and rejected.ingest_id = parsed.ingest_id
    );
