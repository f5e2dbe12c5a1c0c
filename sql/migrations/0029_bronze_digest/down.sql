-- 0029_bronze_digest, undone. What the ledger remembers of files that came since is lost; up computes it again.
alter table scout.bronze_ingestion_batches drop column payload_digest;
drop function ops.record_digest(integer, text, bigint, jsonb);
