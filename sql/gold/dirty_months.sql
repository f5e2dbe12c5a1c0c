-- ops.dirty_buckets: the months in which a layer still has buckets to rebuild; marks of archived days wait.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select distinct date_trunc('month', mark.date_key)::date as month
from ops.dirty_buckets as mark
inner join ops.bucket_layers as bucket_layer on mark.layer = bucket_layer.layer
where bucket_layer.follows <> 'transactions' or mark.date_key >= (select ops.silver_open_from())
order by month;
