-- ops.performance_alerts: what is wrong with the server or still open, as one word; null when there is nothing to say.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select string_agg(concerned.object_name, ', ' order by concerned.object_name) as due_state
from (
    select finding.object_name
    from ops.performance_findings() as finding
    union
    select alert.object_name
    from ops.performance_alerts as alert
    where alert.alert_type = 'performance' and alert.resolved_at is null
) as concerned;
