-- ops.data_quality_issues: a person resolves a finding and says why.
-- reads:  -
-- params: issue_id, by, why
-- rerun:  safe; a resolved finding stays as it is
update ops.data_quality_issues
set
    status = 'resolved',
    resolved_at = clock_timestamp(),
    resolved_by = :by,
    resolution = :why,
    history = history || jsonb_build_object(
        'what', 'resolved', 'at', clock_timestamp(), 'by', cast(:by as text), 'why', cast(:why as text)
    )
where issue_id = :issue_id and status <> 'resolved';
