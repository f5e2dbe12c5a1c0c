-- months of a layer that end before the last months_to_keep whole months, oldest first, by their real bounds.
-- reads:  -
-- params: layer, relations, months_to_keep, as_of
-- rerun:  safe, read only
select distinct part.month
from ops.list_archivable_partitions(cast(:months_to_keep as integer), cast(:as_of as timestamptz)) as part
where
    part.relation = any(cast(:relations as text[]))
    and not exists (
        select 1
        from ops.archived_months as frozen
        where frozen.month = part.month and frozen.layer = :layer
    )
order by part.month;
