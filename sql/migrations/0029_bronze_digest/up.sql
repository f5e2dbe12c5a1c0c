-- 0029_bronze_digest: the ledger remembers what the records of each file were, so that one altered since is seen.
create function ops.record_digest(
    store_id integer, transaction_id text, line_number bigint, payload jsonb
) returns bigint
language sql immutable parallel safe
return jsonb_hash_extended(payload, hashint4extended(store_id, hashtextextended(transaction_id, line_number)));
comment on function ops.record_digest(integer, text, bigint, jsonb) is
'A record of bronze as 64 bits, where it stands included. Those of a file are combined by bit_xor, in any order.';

alter table scout.bronze_ingestion_batches add column payload_digest bigint;
comment on column scout.bronze_ingestion_batches.payload_digest is
'bit_xor of ops.record_digest over the lines in bronze, written in the transaction that loads them. '
'Null: the file has none there, or its month was in the archive before digests were kept.';

-- what is there now is all that can be known of how it came
update scout.bronze_ingestion_batches as batch
set payload_digest = stored.payload_digest
from (
    select
        record.batch_id,
        bit_xor(
            ops.record_digest(record.store_id, record.transaction_id, record.line_number, record.payload)
        ) as payload_digest
    from scout.bronze_transactions_raw as record
    group by record.batch_id
) as stored
where batch.batch_id = stored.batch_id;
