-- ops.v_due_checks, ops.v_relabelled_checks: what is due, as one word that changes with it; null when nothing is.
-- reads:  -
-- params: -
-- rerun:  reads only
with state as (
    -- each part may be missing: files that were all refused change no day, and a day may change without a file
    select
        (
            select max(marked.changed_xid::text::numeric)
            from (
                select changed.changed_xid
                from ops.changed_days as changed
                union all
                select relabelled.changed_xid
                from ops.relabelled_days as relabelled
            ) as marked
        ) as newest_change,
        (
            select max(batch.batch_id)
            from scout.bronze_ingestion_batches as batch
        ) as newest_batch
)

select
    case
        when
            exists (
                select 1
                from ops.v_due_checks
            )
            or exists (
                select 1
                from ops.v_relabelled_checks
            )
            -- the first check registers the rules: before it the view knows no table of which anything could be due
            or (
                coalesce(state.newest_change, state.newest_batch) is not null
                and not exists (
                    select 1
                    from ops.data_quality_tables as declared
                    where declared.is_active
                )
            )
            then coalesce(state.newest_change, 0)::text || '-' || coalesce(state.newest_batch, 0)::text
    end as due_state
from state;
