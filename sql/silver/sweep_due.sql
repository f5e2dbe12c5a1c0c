-- Why bronze should be compared with silver: files came since the last whole sweep, or it is a week ago; null: neither.
-- reads:  bronze/ingestion_batches
-- params: -
-- rerun:  safe, read only
with last_sweep as (
    select max(sweep.started_at) as started_at
    from ops.reconciliation_sweeps as sweep
    where sweep.finished_at is not null
),

newest_file as (
    select max(batch.finished_at) as finished_at
    from scout.bronze_ingestion_batches as batch
)

select
    case
        when newest_file.finished_at is null then null
        when last_sweep.started_at is null then 'never swept'
        when newest_file.finished_at >= last_sweep.started_at then 'files came since the last sweep'
        when last_sweep.started_at < now() - interval '7 days' then 'the last sweep is a week ago'
    end as work
from newest_file
cross join last_sweep;
