-- scout.quarantine: where the lines that entered are now; a version that was known stands where it was registered.
-- reads:  bronze/ingestion_batches
-- params: source_id
-- rerun:  safe, in the transaction of the step
update scout.quarantine as entry
set
    transaction_id = version.transaction_id,
    replay_batch_id = known.batch_id,
    resolution = case
        when version.is_superseded then 'superseded by a later version of its transaction'
        when batch.batch_id = known.batch_id then 'entered as batch ' || known.batch_id
        else 'identical to what batch ' || known.batch_id || ' brought'
    end
from replay_parts as part
inner join replay_lines as line
    on part.batch_id = line.batch_id and part.line_number = line.line_number and line.reason_code is null
inner join replay_versions as version
    on
        line.transaction_id = version.transaction_id
        and line.batch_id = version.origin_id
        and version.record_number in (0, line.line_number)
left join scout.bronze_ingestion_batches as batch
    on version.origin_id = batch.replay_of and batch.status = 'loading'
left join scout.bronze_transaction_versions as known
    on
        known.source_id = cast(:source_id as smallint)
        and version.transaction_id = known.transaction_id
        and version.content_hash = known.content_hash
        and not version.is_superseded
where entry.store_id = part.store_id and entry.quarantine_id = part.quarantine_id;
