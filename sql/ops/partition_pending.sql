-- partitions whose leaving was interrupted.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select
    relation,
    partition_name,
    month
from ops.partitions
where is_detach_pending
order by relation;
