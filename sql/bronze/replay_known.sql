-- replay_known: what bronze holds of the transactions of the claimed lines, and in which file it came first.
-- reads:  bronze/transactions_raw, bronze/ingestion_batches
-- params: source_id
-- rerun:  safe, the table is dropped with the transaction
create temporary table replay_known on commit drop as
select
    record.transaction_id,
    coalesce(batch.replay_of, batch.batch_id) as origin_id,
    record.batch_id,
    record.store_id,
    record.line_number,
    record.content_hash,
    record.payload
from scout.bronze_transactions_raw as record
inner join scout.bronze_ingestion_batches as batch on record.batch_id = batch.batch_id
where
    record.source_id = cast(:source_id as smallint)
    and record.transaction_id in (
        select line.transaction_id from replay_lines as line
        where line.reason_code is null
    );
