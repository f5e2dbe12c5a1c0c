-- promise: every line read is in bronze or its archive, identical to a known one, or in quarantine, per file.
-- reads:  bronze/ingestion_batches, bronze/transactions_raw, bronze/quarantine
-- params: -
-- rerun:  safe, read only
with stored as (
    select
        batch_id,
        count(*) as line_count
    from scout.bronze_transactions_raw
    group by batch_id
),

archived as (
    select
        batch_id,
        sum(line_count)::bigint as line_count
    from ops.archived_batches
    group by batch_id
),

set_aside as (
    select
        batch_id,
        count(*) as line_count
    from scout.quarantine
    where layer = 'bronze' and line_number is not null
    group by batch_id
),

broken as (
    select
        batch.batch_id,
        batch.file_name,
        batch.lines_read,
        batch.lines_loaded,
        batch.lines_duplicate,
        batch.lines_quarantined,
        batch.lines_pruned,
        coalesce(stored.line_count, archived.line_count, 0) as lines_in_bronze,
        coalesce(set_aside.line_count, 0) as lines_in_quarantine
    from scout.bronze_ingestion_batches as batch
    left join stored on batch.batch_id = stored.batch_id
    -- a file's lines have one time of receipt, and so lie in one month
    left join archived on batch.batch_id = archived.batch_id
    left join set_aside on batch.batch_id = set_aside.batch_id
    where
        batch.lines_read <> batch.lines_loaded + batch.lines_duplicate + batch.lines_quarantined
        or batch.lines_loaded <> coalesce(stored.line_count, archived.line_count, 0)
        or batch.lines_quarantined <> coalesce(set_aside.line_count, 0) + batch.lines_pruned
        or batch.status = 'loading'
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
