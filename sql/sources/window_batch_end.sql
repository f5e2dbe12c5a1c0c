-- window: the last row of the batch in which a full window was cut, so that no transaction is split.
-- reads:  bronze/transactions_raw
-- params: upto_xid, upto_id
-- rerun:  safe, read only
with cut as (
    select batch_id
    from scout.bronze_transactions_raw
    where
        scout.xid_number(ingest_xid) = scout.xid_number(cast(:upto_xid as xid8))
        and ingest_id = cast(:upto_id as bigint)
)

select max(record.ingest_id) as upto_id
from scout.bronze_transactions_raw as record
inner join cut on record.batch_id = cut.batch_id
where scout.xid_number(record.ingest_xid) = scout.xid_number(cast(:upto_xid as xid8));
