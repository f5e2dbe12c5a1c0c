-- window_attributes: what the records of the window say about the whole sale, in the words of our vocabulary; composed
-- from the mapping. A value that no vocabulary knows is null, and kept in `unmapped`.
-- reads:  bronze/transactions_raw
-- params: -
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_attributes on commit drop as
with received as (
    select
        record.store_id,
        record.ingest_xid,
        record.ingest_id,
        record.received_at,
        {raw_values}
    from scout.bronze_transactions_raw as record
    where
        {has_attributes}
        and record.source_id = {source_id}::smallint
        and record.ingest_xid between {last_xid}::xid8 and {upto_xid}::xid8
        and (record.ingest_xid, record.ingest_id) > ({last_xid}::xid8, {last_id}::bigint)
        and (record.ingest_xid, record.ingest_id) <= ({upto_xid}::xid8, {upto_id}::bigint)
        and (
            not {is_rebuild}::boolean
            or record.transaction_id in (select chosen.transaction_id from rebuild_transactions as chosen)
        )
),

mapped as (
    select
        received.*,
        {mapped_values}
    from received
    -- a fence: each value is mapped once, not once more to see whether it was
    offset 0
)

select
    store_id,
    ingest_xid,
    ingest_id,
    case when coalesce({is_voided}, false) then received_at end as deleted_at,
    {columns},
    nullif(jsonb_strip_nulls(jsonb_build_object({unmapped})), '{{}}') as unmapped
from mapped;
