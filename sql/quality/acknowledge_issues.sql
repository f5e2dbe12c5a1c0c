-- ops.data_quality_issues: open findings of a selection are acknowledged, with who, why and when; how many, by rule.
-- reads:  -
-- params: chosen, by, why
-- rerun:  safe, what is not open is left alone
with acknowledged as (
    update ops.data_quality_issues as issue
    set
        status = 'acknowledged',
        acknowledged_at = clock_timestamp(),
        acknowledged_by = :by,
        acknowledgement = :why,
        -- what is acknowledged is what was found so far, not what may come
        acknowledged_failing = issue.failing,
        acknowledged_score = issue.score,
        history = issue.history || jsonb_strip_nulls(jsonb_build_object(
            'what', 'acknowledged',
            'at', clock_timestamp(),
            'by', cast(:by as text),
            'why', cast(:why as text),
            'failing', issue.failing,
            'score', issue.score
        ))
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
