-- ops.archived_months: what is not in the database, by layer and month.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select
    layer,
    to_char(month, 'YYYY-MM') as month
from ops.archived_months
order by layer, month;
