-- window_records: every bronze record of the transactions to compute again, in all their versions, as far as they were
-- carried; composed. The registry of versions and the ledger know the whole primary key, so that nothing is scanned.
-- reads:  bronze/transactions_raw, bronze/ingestion_batches
-- params: source_id, upto_xid, upto_id
-- rerun:  safe, the view is dropped in the same transaction
create or replace temporary view window_records as
select record.*
from rebuild_transactions as chosen
inner join scout.bronze_transaction_versions as version
    on version.source_id = {source_id}::smallint and chosen.transaction_id = version.transaction_id
inner join scout.bronze_ingestion_batches as batch on version.batch_id = batch.batch_id
inner join scout.bronze_transactions_raw as record
    on
        version.store_id = record.store_id
        and batch.ingest_xid = record.ingest_xid
        and record.ingest_id between version.first_id and version.last_id
        -- both are the beginning of the transaction that loaded them: it names the partition
        and batch.received_at = record.received_at
        -- lines of other transactions may stand between those of this one
        and version.content_hash = record.content_hash
where (record.ingest_xid, record.ingest_id) <= ({upto_xid}::xid8, {upto_id}::bigint);
