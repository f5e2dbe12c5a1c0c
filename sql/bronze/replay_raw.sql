-- scout.bronze_transactions_raw: the lines of the new versions at the positions of their first file, and those beside;
-- the versions learn where they lie, and the ledger what they were.
-- reads:  bronze/ingestion_batches
-- params: source_id
-- rerun:  safe, lines of known versions are not inserted again
with registered as (
    select distinct on (version.transaction_id, version.content_hash)
        version.*,
        batch.batch_id
    from replay_versions as version
    inner join scout.bronze_ingestion_batches as batch
        on version.origin_id = batch.replay_of and batch.status = 'loading'
    inner join scout.bronze_transaction_versions as known
        on
            known.source_id = cast(:source_id as smallint)
            and version.transaction_id = known.transaction_id
            and version.content_hash = known.content_hash
            and batch.batch_id = known.batch_id
    where not version.is_superseded
    order by version.transaction_id asc, version.content_hash asc, version.record_number asc
),

lines as (
    select
        registered.*,
        line.line_number,
        line.payload
    from registered
    inner join replay_lines as line
        on
            registered.transaction_id = line.transaction_id
            and registered.origin_id = line.batch_id
            and registered.record_number in (0, line.line_number)
            and line.reason_code is null
    union all
    select
        registered.*,
        known.line_number,
        known.payload
    from registered
    inner join replay_known as known
        on
            registered.transaction_id = known.transaction_id
            and registered.companion_hash = known.content_hash
            and registered.companion_batch_id = known.batch_id
),

stored as (
    insert into scout.bronze_transactions_raw (
        store_id, source_id, batch_id, line_number, transaction_id, content_hash, payload
    )
    select
        lines.store_id,
        cast(:source_id as smallint),
        lines.batch_id,
        lines.line_number,
        lines.transaction_id,
        lines.content_hash,
        lines.payload
    from lines
    order by lines.batch_id, lines.line_number
    returning
        batch_id,
        transaction_id,
        content_hash,
        ingest_id,
        ops.record_digest(store_id, transaction_id, line_number, payload) as digest
),

placed as (
    select
        transaction_id,
        content_hash,
        min(ingest_id) as first_id,
        max(ingest_id) as last_id
    from stored
    group by transaction_id, content_hash
),

remembered as (
    update scout.bronze_ingestion_batches as batch
    set payload_digest = of_batch.payload_digest
    from (
        select
            stored.batch_id,
            bit_xor(stored.digest) as payload_digest
        from stored
        group by stored.batch_id
    ) as of_batch
    where batch.batch_id = of_batch.batch_id
)

update scout.bronze_transaction_versions as version
set first_id = placed.first_id, last_id = placed.last_id
from placed
where
    version.source_id = cast(:source_id as smallint)
    and version.transaction_id = placed.transaction_id
    and version.content_hash = placed.content_hash;
