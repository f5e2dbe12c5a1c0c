-- scout.bronze_transactions_raw: ids of another cluster mean nothing here; all rows become older than any transaction.
-- reads:  -
-- params: -
-- rerun:  safe, the order of ingest_id is kept
update scout.bronze_transactions_raw
set ingest_xid = '3'::xid8
where ingest_xid <> '3'::xid8;
