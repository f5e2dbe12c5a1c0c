-- scout.bronze_ingestion_batches: a batch of the ledger for each file whose lines enter now.
-- reads:  bronze/ingestion_batches
-- params: mapping_sha256, source_id
-- rerun:  safe, in the transaction of the step
insert into scout.bronze_ingestion_batches (
    source_id, file_name, file_path, content_sha256, mapping_sha256, byte_count, replay_of, layout, status
)
select
    origin.source_id,
    origin.file_name,
    origin.file_path,
    -- an entry enters once, so which entries they are makes the batch what it is
    sha256(convert_to('replay of ' || string_agg(part.quarantine_id::text, ',' order by part.quarantine_id), 'UTF8')),
    cast(:mapping_sha256 as bytea),
    0,
    origin.batch_id,
    origin.layout,
    'loading'
from scout.bronze_ingestion_batches as origin
inner join replay_parts as part on origin.batch_id = part.batch_id
inner join replay_lines as line
    on part.batch_id = line.batch_id and part.line_number = line.line_number and line.reason_code is null
inner join replay_versions as version
    on
        line.transaction_id = version.transaction_id
        and line.batch_id = version.origin_id
        and version.record_number in (0, line.line_number)
        and not version.is_superseded
where origin.source_id = cast(:source_id as smallint)
group by origin.source_id, origin.batch_id
order by origin.batch_id;
