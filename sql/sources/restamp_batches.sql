-- scout.bronze_ingestion_batches: the ledger counts the same transaction ids as the bronze rows of its files.
-- reads:  -
-- params: -
-- rerun:  safe
update scout.bronze_ingestion_batches
set ingest_xid = '3'::xid8
where ingest_xid <> '3'::xid8;
