-- ops.data_quality_issues: findings of a selection as people read them, the gravest and latest first.
-- reads:  -
-- params: chosen, status, row_limit
-- rerun:  reads only
with findings as (
    select issue.*
    from ops.data_quality_issues as issue
    where
        issue.status = coalesce(:status, issue.status)
        and (cast(:status as text) is not null or issue.status <> 'resolved')
        and ops.issue_matches(issue, cast(:chosen as jsonb))
)

select
    issue.issue_id,
    issue.rule_id,
    issue.metric_date,
    store.store_code,
    issue.key,
    issue.severity,
    issue.status,
    issue.observed,
    issue.expected,
    issue.first_seen_at,
    issue.last_seen_at,
    issue.times_seen,
    issue.acknowledged_at,
    issue.acknowledged_by,
    issue.acknowledgement,
    issue.failing,
    issue.acknowledged_failing,
    issue.history,
    issue.resolved_at,
    issue.resolved_by,
    issue.resolution,
    rule.remedy,
    count(*) over () as finding_count
from findings as issue
left join ops.data_quality_rules as rule on issue.rule_id = rule.rule_id
left join scout.store_registry as store on issue.store_id = store.store_id
order by
    array_position(array['error', 'warning', 'info'], issue.severity) asc, issue.metric_date desc, issue.issue_id asc
limit :row_limit;
