-- ops.data_quality_issues: a person acknowledges or resolves a finding and says why.
-- reads:  -
-- params: issue_id, status, by, why
-- rerun:  safe; a resolved finding stays as it is
update ops.data_quality_issues
set
    status = :status,
    resolved_at = case when :status = 'resolved' then clock_timestamp() end,
    resolved_by = :by,
    resolution = :why
where issue_id = :issue_id and status <> 'resolved';
