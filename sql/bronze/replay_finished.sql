-- scout.bronze_ingestion_batches: what became of the lines of the replayed batches; lines beside them count as read.
-- reads:  bronze/ingestion_batches
-- params: source_id
-- rerun:  safe, in the transaction of the step
with version_lines as (
    select
        batch.batch_id,
        version.transaction_id,
        version.content_hash,
        registered.batch_id = batch.batch_id as is_new,
        version.line_count + (
            select count(*)
            from replay_known as known
            where
                version.transaction_id = known.transaction_id
                and version.companion_hash = known.content_hash
                and version.companion_batch_id = known.batch_id
        ) as line_count
    from replay_versions as version
    inner join scout.bronze_ingestion_batches as batch
        on version.origin_id = batch.replay_of and batch.status = 'loading'
    inner join scout.bronze_transaction_versions as registered
        on
            registered.source_id = cast(:source_id as smallint)
            and version.transaction_id = registered.transaction_id
            and version.content_hash = registered.content_hash
    where not version.is_superseded
),

-- a record that stands twice in its file is stored once
stored as (
    select
        batch_id,
        transaction_id,
        content_hash,
        max(line_count) as line_count
    from version_lines
    where is_new
    group by batch_id, transaction_id, content_hash
),

outcome as (
    select
        version_lines.batch_id,
        sum(version_lines.line_count) as lines_read,
        (
            select coalesce(sum(stored.line_count), 0)
            from stored
            where stored.batch_id = version_lines.batch_id
        ) as lines_loaded
    from version_lines
    group by version_lines.batch_id
)

update scout.bronze_ingestion_batches as batch
set
    lines_read = outcome.lines_read,
    lines_loaded = outcome.lines_loaded,
    lines_duplicate = outcome.lines_read - outcome.lines_loaded,
    status = 'loaded',
    finished_at = clock_timestamp()
from outcome
where batch.batch_id = outcome.batch_id;
