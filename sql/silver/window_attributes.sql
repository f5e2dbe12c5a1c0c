-- window_attributes: what the records of the window say about the whole sale, in the words of our vocabulary; composed
-- from the mapping. A value that no vocabulary knows is null, and kept in `unmapped`.
-- reads:  -
-- params: raw_values, has_attributes, mapped_values, is_voided, columns, unmapped
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_attributes on commit drop as
with received as (
    select
        record.store_id,
        record.ingest_xid,
        record.ingest_id,
        record.received_at,
        {raw_values}
    from window_records as record
    where {has_attributes}
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
