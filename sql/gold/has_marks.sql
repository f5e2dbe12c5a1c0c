-- ops.dirty_buckets: does anything wait for a layer? Asked first: most layers have nothing to do most of the time.
-- reads:  -
-- params: layer
-- rerun:  safe, read only
select exists(
    select 1
    from ops.dirty_buckets as mark
    inner join ops.bucket_layers as bucket_layer on mark.layer = bucket_layer.layer
    where
        mark.layer = :layer
        and (bucket_layer.follows <> 'transactions' or mark.date_key >= (select ops.silver_open_from()))
) as is_waiting;
