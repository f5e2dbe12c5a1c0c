-- ops.ensure_future_partitions: this month and the next ones of every table in months.
-- reads:  -
-- params: months, as_of
-- rerun:  safe, partitions that exist are left as they are
select
    relation,
    month,
    is_made
from ops.ensure_future_partitions(cast(:months as integer), cast(:as_of as timestamptz))
order by relation, month;
