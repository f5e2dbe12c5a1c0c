-- scout.bronze_ingestion_batches: what became of every line of the landing files, written with the data.
-- reads:  -
-- params: batch_ids, copied, set_aside, layout
-- rerun:  safe, in the transaction that claims the files
with file_counts as (
    select
        counted.batch_id,
        counted.copied,
        counted.set_aside
    from unnest(cast(:batch_ids as bigint[]), cast(:copied as bigint[]), cast(:set_aside as bigint[]))
        as counted (batch_id, copied, set_aside)
),

unidentified as (
    select
        batch_id,
        count(*) as line_count
    from landing_lines
    where transaction_id is null
    group by batch_id
),

taken as (
    select
        batch_id,
        sum(line_count) as line_count
    from new_versions
    group by batch_id
),

outcome as (
    select
        file_counts.batch_id,
        file_counts.copied + file_counts.set_aside as lines_read,
        coalesce(taken.line_count, 0) as lines_loaded,
        file_counts.copied - coalesce(unidentified.line_count, 0) - coalesce(taken.line_count, 0) as lines_duplicate,
        file_counts.set_aside + coalesce(unidentified.line_count, 0) as lines_quarantined
    from file_counts
    left join unidentified on file_counts.batch_id = unidentified.batch_id
    left join taken on file_counts.batch_id = taken.batch_id
)

update scout.bronze_ingestion_batches as batch
set
    lines_read = outcome.lines_read,
    lines_loaded = outcome.lines_loaded,
    lines_duplicate = outcome.lines_duplicate,
    lines_quarantined = outcome.lines_quarantined,
    status = case when outcome.lines_quarantined = 0 then 'loaded' else 'partial' end,
    layout = cast(:layout as jsonb),
    finished_at = clock_timestamp()
from outcome
where batch.batch_id = outcome.batch_id
returning
    batch.batch_id,
    batch.file_name,
    batch.status,
    batch.lines_read,
    batch.lines_loaded,
    batch.lines_duplicate,
    batch.lines_quarantined;
