-- scout.bronze_transaction_versions: registers the versions that nobody sent before, in the order of their files.
-- reads:  bronze/ingestion_batches
-- params: source_id
-- rerun:  safe, known versions are left as they are
insert into scout.bronze_transaction_versions (
    source_id, transaction_id, content_hash, store_id, batch_id, line_count, first_id, last_id
)
select
    cast(:source_id as smallint),
    version.transaction_id,
    version.content_hash,
    version.store_id,
    batch.batch_id,
    version.line_count + coalesce(companion.line_count, 0),
    -- known once the lines are stored
    0,
    0
from replay_versions as version
inner join scout.bronze_ingestion_batches as batch
    on version.origin_id = batch.replay_of and batch.status = 'loading'
left join scout.bronze_transaction_versions as companion
    on
        companion.source_id = cast(:source_id as smallint)
        and version.transaction_id = companion.transaction_id
        and version.companion_hash = companion.content_hash
where not version.is_superseded
order by batch.batch_id, version.transaction_id, version.record_number
on conflict (source_id, transaction_id, content_hash) do nothing;
