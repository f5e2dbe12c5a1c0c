-- Is the file carried: in the ledger, below the watermark, no bucket and no customer waiting?
select
    exists (
        select 1
        from scout.bronze_ingestion_batches as batch
        inner join ops.streaming_watermarks as mark on batch.ingest_xid <= mark.last_xid
        where batch.file_name = %(name)s and mark.stream = 'silver/transactions_cleaned'
    )
    and not exists (select 1 from ops.dirty_buckets)
    and not exists (select 1 from ops.dirty_customers) as is_carried;
