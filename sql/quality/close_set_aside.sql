-- ops.data_quality_issues: the finding of a rule and day whose sales were set aside says where they are.
-- reads:  -
-- params: rule_id, day
-- rerun:  safe; a resolved finding stays as it is
update ops.data_quality_issues
set
    status = 'resolved',
    resolved_at = clock_timestamp(),
    resolved_by = 'rule',
    resolution = 'set aside: scout quarantine list --reason broken_rule'
where rule_id = :rule_id and metric_date = cast(:day as date) and status <> 'resolved';
