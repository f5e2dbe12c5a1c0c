-- ops.v_due_checks: what is due, as one word that changes with it; null when nothing is.
-- reads:  -
-- params: -
-- rerun:  reads only
select
    max(changed.changed_xid::text::numeric)::text || '-' || (
        select max(batch.batch_id)
        from scout.bronze_ingestion_batches as batch
    ) as due_state
from ops.changed_days as changed
where
    exists (
        select 1
        from ops.v_due_checks
    );
