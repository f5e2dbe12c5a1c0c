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
cross join
    lateral (
        select place.*
        from scout.bronze_transactions_raw as place
        where
            place.store_id = version.store_id
            and place.ingest_xid = batch.ingest_xid
            and place.ingest_id between version.first_id and version.last_id
            -- both are the beginning of the transaction that loaded them: it names the partition
            and place.received_at = batch.received_at
            -- lines of other transactions may stand between those of this one
            and place.content_hash = version.content_hash
            and (place.ingest_xid, place.ingest_id) <= ({upto_xid}::xid8, {upto_id}::bigint)
        -- a fence: the planner takes five equal columns for a rarity, and joins the rest of bronze to find it
        offset 0
    ) as record;
