-- promise: the last whole sweep of bronze found nothing that silver had lost, nor did one that was begun since; what a
-- sweep rescues is a defect of the pipeline.
-- reads:  -
-- params: -
-- rerun:  safe, read only
with last_whole as (
    select
        sweep_id,
        started_at,
        missing,
        rescued
    from ops.reconciliation_sweeps
    where finished_at is not null
    order by sweep_id desc
    limit 1
),

-- under way, or killed: what it found so far comes to what the last one told
begun as (
    select
        sweep.sweep_id,
        sweep.missing
    from ops.reconciliation_sweeps as sweep
    where sweep.finished_at is null and sweep.sweep_id > coalesce((select last_whole.sweep_id from last_whole), 0)
),

found as (
    select
        finding.source_id,
        finding.transaction_id,
        finding.received_date,
        finding.problem,
        finding.rescued_at
    from ops.sweep_findings as finding
    where
        finding.sweep_id in (select begun.sweep_id from begun)
        or exists (
            select 1
            from last_whole
            where finding.sweep_id = last_whole.sweep_id or finding.rescued_at >= last_whole.started_at
        )
)

select
    coalesce((select greatest(last_whole.missing, last_whole.rescued) from last_whole), 0)
    + coalesce((select sum(begun.missing) from begun), 0)::bigint as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from found limit 5) as example), '[]') as sample;
