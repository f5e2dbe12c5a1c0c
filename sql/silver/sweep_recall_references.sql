-- recalled_references: the records of bronze of what is missing of one source of reference records.
-- reads:  bronze/transactions_raw
-- params: source_id
-- rerun:  safe, in the transaction of the month
insert into recalled_references (store_id, ingest_id)
select
    record.store_id,
    record.ingest_id
from sweep_missing as missing
inner join scout.bronze_transactions_raw as record
    on missing.source_id = record.source_id and missing.transaction_id = record.transaction_id
cross join ops.streaming_watermarks as carried
where
    missing.source_id = cast(:source_id as smallint)
    and missing.is_reference
    and carried.stream = 'silver/transactions_cleaned'
    and (record.ingest_xid, record.ingest_id) <= (carried.last_xid, carried.last_id);
