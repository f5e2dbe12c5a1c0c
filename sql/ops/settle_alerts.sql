-- ops.performance_alerts: the findings of a type are its open alerts; the others are resolved.
-- reads:  -
-- params: alert_type, findings
-- rerun:  safe, known alerts are seen again
select
    settled.opened,
    settled.still_open,
    settled.resolved
from ops.settle_alerts(:alert_type, cast(:findings as jsonb)) as settled;
