-- ops.performance_alerts: those of type performance, opened, seen again and resolved.
-- reads:  -
-- params: -
-- rerun:  safe, open ones are seen again
select
    checked.opened,
    checked.still_open,
    checked.resolved
from ops.check_performance_alerts() as checked;
