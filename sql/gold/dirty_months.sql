-- ops.dirty_buckets: the months in which a layer still has buckets to rebuild.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select distinct date_trunc('month', date_key)::date as month
from ops.dirty_buckets
order by month;
