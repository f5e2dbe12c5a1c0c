-- ops.archived_partitions: the partitions of a frozen month and how far each is.
-- reads:  -
-- params: layer, month
-- rerun:  safe, read only
select
    archived.*,
    exists(
        select 1
        from ops.partitions as part
        where part.relation = archived.relation and part.month = archived.month and not part.is_detach_pending
    ) as is_attached,
    to_regclass(archived.partition_name) is not null as is_there
from ops.archived_partitions as archived
where archived.layer = :layer and archived.month = cast(:month as date)
order by archived.relation;
