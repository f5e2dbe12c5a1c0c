-- ops.data_quality_issues: open findings of a selection are acknowledged, with who, why and when; how many, by rule.
-- reads:  -
-- params: chosen, by, why
-- rerun:  safe, what is not open is left alone
with acknowledged as (
    update ops.data_quality_issues as issue
    set status = 'acknowledged', acknowledged_at = clock_timestamp(), acknowledged_by = :by, acknowledgement = :why
    where issue.status = 'open' and ops.issue_matches(issue, cast(:chosen as jsonb))
    returning issue.rule_id, issue.severity, issue.metric_date
)

select
    acknowledged.rule_id,
    acknowledged.severity,
    count(*) as finding_count,
    min(acknowledged.metric_date) as first_day,
    max(acknowledged.metric_date) as last_day
from acknowledged
group by acknowledged.rule_id, acknowledged.severity
order by acknowledged.rule_id, acknowledged.severity;
