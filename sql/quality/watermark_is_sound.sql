-- promise: no watermark lies beyond what has committed, and none counts the ids of another cluster.
-- reads:  -
-- params: -
-- rerun:  safe, read only
with marks as (
    select
        stream,
        last_xid,
        system_identifier
    from ops.streaming_watermarks
),

broken as (
    select
        marks.stream,
        marks.last_xid::text as last_xid
    from marks
    cross join pg_control_system() as control
    where
        marks.last_xid >= pg_snapshot_xmin(pg_current_snapshot())
        or marks.system_identifier <> control.system_identifier
)

select
    count(*) as violations,
    coalesce((select jsonb_agg(to_jsonb(example)) from (select * from broken limit 5) as example), '[]') as sample
from broken;
