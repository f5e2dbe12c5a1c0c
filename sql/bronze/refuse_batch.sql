-- scout.bronze_ingestion_batches, scout.quarantine: a whole file that cannot be taken, its first bytes preserved.
-- reads:  -
-- params: batch_id, reason_code, detail, raw_bytes, rule_id, rule_version
-- rerun:  safe, in the transaction that claims the file
with refused as (
    update scout.bronze_ingestion_batches
    set status = 'refused', reason_code = :reason_code, finished_at = clock_timestamp()
    where batch_id = :batch_id
    returning batch_id, source_id
)

insert into scout.quarantine (layer, source_id, batch_id, reason_code, detail, raw_bytes, rule_id, rule_version)
select
    'bronze',
    refused.source_id,
    refused.batch_id,
    :reason_code,
    :detail,
    cast(:raw_bytes as bytea),
    :rule_id,
    :rule_version
from refused;
