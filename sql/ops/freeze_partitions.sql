-- ops.archived_partitions: the partitions of the frozen month.
-- reads:  -
-- params: layer, relations, month
-- rerun:  safe, in the transaction that freezes it
insert into ops.archived_partitions (relation, month, layer, partition_name, state)
select
    part.relation,
    part.month,
    :layer,
    part.partition_name,
    'frozen'
from ops.partitions as part
where part.relation = any(cast(:relations as text[])) and part.month = cast(:month as date);
