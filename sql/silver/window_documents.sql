-- window_documents: the records of one source in the window, a row per item; for sources whose record is a transaction.
-- reads:  bronze/transactions_raw
-- params: source_id, last_xid, last_id, upto_xid, upto_id, items_path, is_rebuild
-- rerun:  safe, the table is dropped with the transaction
create temporary table window_documents on commit drop as
select
    record.*,
    element.item,
    element.line_position
from scout.bronze_transactions_raw as record
cross join
    lateral jsonb_array_elements(
        case
            when jsonb_path_exists(record.payload #> cast(:items_path as text[]), 'strict $[*]', silent => true)
                then record.payload #> cast(:items_path as text[])
            -- no item at all: one empty line, which is judged and set aside like any other
            else '[null]'::jsonb
        end
    ) with ordinality as element (item, line_position)
where
    record.source_id = cast(:source_id as smallint)
    and record.ingest_xid between cast(:last_xid as xid8) and cast(:upto_xid as xid8)
    and (record.ingest_xid, record.ingest_id) > (cast(:last_xid as xid8), cast(:last_id as bigint))
    and (record.ingest_xid, record.ingest_id) <= (cast(:upto_xid as xid8), cast(:upto_id as bigint))
    and (
        not cast(:is_rebuild as boolean)
        or record.transaction_id in (select chosen.transaction_id from rebuild_transactions as chosen)
    );
