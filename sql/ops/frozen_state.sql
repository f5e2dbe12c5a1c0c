-- ops.archived_months: the state of one month; none when it is not frozen.
-- reads:  -
-- params: layer, month
-- rerun:  safe, read only
select state
from ops.archived_months
where layer = :layer and month = cast(:month as date);
