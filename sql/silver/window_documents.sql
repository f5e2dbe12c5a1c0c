-- window_documents: the records of one source in the window, a row per item; for sources whose record is a transaction.
-- Of the record only what lines are read from goes along: a transcript would be copied once for every item. Composed.
-- reads:  -
-- params: header, items, single, item
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_documents on commit drop as
with received as (
    select
        record.store_id,
        record.source_id,
        record.ingest_xid,
        record.ingest_id,
        record.batch_id,
        record.line_number,
        record.received_at,
        record.transaction_id,
        record.content_hash,
        jsonb_build_object({header}) as payload,
        case
            when jsonb_path_exists(basket.items, 'strict $[*]', silent => true) then basket.items
            -- a sale in the form of one item is that item; what is no list is no item, and judged as an empty line
            when basket.items is null or basket.items = '[]' then {single}
            else '[null]'::jsonb
        end as items
    from window_records as record
    cross join lateral (select {items} as items offset 0) as basket
    -- a fence: the record is taken apart once, not once for every item
    offset 0
)

select
    received.store_id,
    received.source_id,
    received.ingest_xid,
    received.ingest_id,
    received.batch_id,
    received.line_number,
    received.received_at,
    received.transaction_id,
    received.content_hash,
    received.payload,
    {item} as item,
    element.line_position
from received
cross join lateral jsonb_array_elements(received.items) with ordinality as element (item, line_position);
