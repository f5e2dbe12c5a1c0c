-- ops.archived_months: a month that was to come back and cannot is where it was before.
-- reads:  -
-- params: layer, month
-- rerun:  safe, nothing when it is not on its way back
update ops.archived_months as month
set
    state = case
        when
            exists (
                select 1
                from ops.archived_partitions as part
                where part.layer = month.layer and part.month = month.month and part.state <> 'dropped'
            )
            then 'archiving'
        else 'archived'
    end,
    changed_at = clock_timestamp()
where month.layer = :layer and month.month = cast(:month as date) and month.state = 'restoring';
