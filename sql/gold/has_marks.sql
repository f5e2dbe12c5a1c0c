-- ops.dirty_buckets: does anything wait for a layer? Asked first: most layers have nothing to do most of the time.
-- reads:  -
-- params: layer
-- rerun:  safe, read only
select exists(
    select 1
    from ops.dirty_buckets as mark
    where mark.layer = :layer and mark.date_key >= (select ops.layer_open_from(:layer))
) as is_waiting;
