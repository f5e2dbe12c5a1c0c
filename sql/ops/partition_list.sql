-- partitions: every month of every table in months: attached, frozen, or in the archive alone.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select
    coalesce(part.relation, archived.relation) as relation,
    coalesce(part.month, archived.month) as month,
    coalesce(part.partition_name, archived.partition_name) as partition_name,
    case
        when archived.state is not null then archived.state
        when part.is_detach_pending then 'detaching'
        else 'attached'
    end as state,
    part.relation is not null as is_attached,
    part.lower_at,
    part.upper_at,
    coalesce(archived.row_count, part.estimated_rows) as row_count,
    coalesce(part.total_bytes, 0) as total_bytes,
    archived.file_url
from ops.partitions as part
full join ops.archived_partitions as archived
    on part.relation = archived.relation and part.month = archived.month
order by relation, month;
