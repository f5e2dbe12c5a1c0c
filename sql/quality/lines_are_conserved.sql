-- promise: the lines of each current version are in silver or rejected, one by one.
-- reads:  bronze/transactions_raw, bronze/quarantine, silver/transactions_cleaned
-- params: -
-- rerun:  safe, read only
with received as (
    select
        known.store_id,
        known.date_key,
        known.source_id,
        known.transaction_id,
        count(*) - count(rejected.quarantine_id) as line_count
    from scout.silver_transaction_keys as known
    inner join scout.dim_source as source on known.source_id = source.source_id and source.grain = 'line'
    inner join scout.bronze_transactions_raw as record
        on
            known.source_id = record.source_id
            and known.transaction_id = record.transaction_id
            and known.content_hash = record.content_hash
    left join scout.quarantine as rejected
        on
            rejected.layer = 'silver'
            and rejected.status in ('open', 'discarded')
            and record.store_id = rejected.store_id
            and record.ingest_id = rejected.ingest_id
    where known.date_key >= (select ops.silver_kept_from())
    group by known.store_id, known.date_key, known.source_id, known.transaction_id
),

broken as (
    select
        received.source_id,
        received.transaction_id,
        received.line_count as lines_in_bronze,
        written.line_count as lines_in_silver
    from received
    left join scout.silver_transactions_cleaned as written
        on
            received.store_id = written.store_id
            and received.date_key = written.date_key
            and received.source_id = written.source_id
            and received.transaction_id = written.transaction_id
    where received.line_count is distinct from written.line_count
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
