-- ops.data_quality_issues: how many open findings a selection has, by rule.
-- reads:  -
-- params: chosen
-- rerun:  reads only
select
    issue.rule_id,
    issue.severity,
    count(*) as finding_count,
    min(issue.metric_date) as first_day,
    max(issue.metric_date) as last_day
from ops.data_quality_issues as issue
where issue.status = 'open' and ops.issue_matches(issue, cast(:chosen as jsonb))
group by issue.rule_id, issue.severity
order by issue.rule_id, issue.severity;
