-- window_rejected: bronze records of the window that cannot be typed, each with the first reason found.
-- reads:  -
-- params: earliest
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_rejected on commit drop as
with judged as (
    select
        store_id,
        ingest_xid,
        ingest_id,
        line_position,
        case
            when store_id = 0 then 'unknown_store'
            when sku is null then 'missing_sku'
            when sold_at is null then 'invalid_timestamp'
            when
                sold_at < cast(:earliest as date) or sold_at > received_at + interval '1 day'
                then 'timestamp_out_of_range'
            when quantity is null then 'invalid_quantity'
            when unit_price is null then 'invalid_unit_price'
            when length(sku) > 100 or length(description) > 1000 or length(region) > 200 then 'text_too_long'
        end as reason_code
    from window_parsed
)

select distinct on (store_id, ingest_id)
    store_id,
    ingest_xid,
    ingest_id,
    reason_code
from judged
where reason_code is not null
order by store_id, ingest_id, line_position;
