-- months of a layer that have a partition or are frozen, oldest first.
-- reads:  -
-- params: relations
-- rerun:  safe, read only
select distinct part.month
from ops.partitions as part
where part.relation = any(cast(:relations as text[])) and part.is_whole_month
order by part.month;
