-- ops.dirty_buckets: the months in which a layer still has buckets to rebuild; marks of archived days wait.
-- reads:  -
-- params: -
-- rerun:  safe, read only
with layers as materialized (
    select
        marked.layer,
        ops.layer_open_from(marked.layer) as open_from
    from (select distinct mark.layer from ops.dirty_buckets as mark) as marked
)

select distinct date_trunc('month', mark.date_key)::date as month
from ops.dirty_buckets as mark
inner join layers on mark.layer = layers.layer
where mark.date_key >= layers.open_from
order by month;
