-- ops.archived_months: what is frozen, with its state, oldest first.
-- reads:  -
-- params: layer
-- rerun:  safe, read only
select
    month,
    state
from ops.archived_months
where layer = :layer
order by month;
