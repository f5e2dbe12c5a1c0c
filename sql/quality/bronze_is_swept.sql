-- promise: the last sweep of bronze found nothing that silver had lost; what it rescues is a defect of the pipeline.
-- reads:  -
-- params: -
-- rerun:  safe, read only
with last_sweep as (
    select
        sweep_id,
        missing,
        rescued
    from ops.reconciliation_sweeps
    order by sweep_id desc
    limit 1
),

found as (
    select
        finding.source_id,
        finding.transaction_id,
        finding.received_date,
        finding.problem,
        finding.rescued_at
    from ops.sweep_findings as finding
    cross join last_sweep
    where
        finding.sweep_id = last_sweep.sweep_id
        or finding.rescued_at >= (
            select sweep.started_at from ops.reconciliation_sweeps as sweep
            where sweep.sweep_id = last_sweep.sweep_id
        )
)

select
    coalesce((select greatest(missing, rescued) from last_sweep), 0) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from found limit 5) as example), '[]') as sample;
