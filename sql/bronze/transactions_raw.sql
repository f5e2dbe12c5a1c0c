-- scout.bronze_transactions_raw: the lines of new versions, as received, in the order of arrival; the ledger remembers
-- what they were.
-- reads:  bronze/ingestion_batches
-- params: source_id, is_by_record
-- rerun:  safe, lines of known versions are not inserted again
with first_of_batch as (
    select
        batch_id,
        min(ordinal) as first_ordinal
    from landing_records
    group by batch_id
),

version as (
    select
        new_versions.*,
        first_of_batch.first_ordinal as batch_ordinal
    from new_versions
    inner join first_of_batch on new_versions.batch_id = first_of_batch.batch_id
),

stored as (
    insert into scout.bronze_transactions_raw (
        store_id, ingest_id, source_id, batch_id, line_number, transaction_id, content_hash, payload
    )
    overriding system value
    select
        version.store_id,
        line.ingest_id,
        cast(:source_id as smallint),
        line.batch_id,
        coalesce(line.line_number, line.ordinal - version.batch_ordinal + 1),
        line.transaction_id,
        version.content_hash,
        line.payload
    from landing_lines as line
    inner join version
        on
            line.batch_id = version.batch_id
            and line.transaction_id = version.transaction_id
            and (not cast(:is_by_record as boolean) or line.ordinal = version.first_ordinal)
    order by line.ordinal
    returning batch_id, ops.record_digest(store_id, transaction_id, line_number, payload) as digest
)

update scout.bronze_ingestion_batches as batch
set payload_digest = of_batch.payload_digest
from (
    select
        stored.batch_id,
        bit_xor(stored.digest) as payload_digest
    from stored
    group by stored.batch_id
) as of_batch
where batch.batch_id = of_batch.batch_id;
