-- scout.bronze_transaction_versions: the versions of what is missing, as far as they are not registered: by the
-- registry their records are found again.
-- reads:  bronze/transactions_raw
-- params: -
-- rerun:  safe, what is registered is left as it is
insert into scout.bronze_transaction_versions (
    source_id, transaction_id, content_hash, store_id, batch_id, line_count, first_id, last_id
)
select
    record.source_id,
    record.transaction_id,
    record.content_hash,
    record.store_id,
    record.batch_id,
    count(*) as line_count,
    min(record.ingest_id) as first_id,
    max(record.ingest_id) as last_id
from sweep_missing as missing
inner join scout.bronze_transactions_raw as record
    on missing.source_id = record.source_id and missing.transaction_id = record.transaction_id
group by record.source_id, record.transaction_id, record.content_hash, record.store_id, record.batch_id
order by record.source_id, record.transaction_id, record.content_hash
on conflict (source_id, transaction_id, content_hash) do nothing;
