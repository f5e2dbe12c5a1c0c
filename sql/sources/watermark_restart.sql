-- ops.streaming_watermarks: the stream starts again from nothing, counting the ids of this cluster.
-- reads:  -
-- params: stream
-- rerun:  safe, upsert on stream
insert into ops.streaming_watermarks as mark (stream, system_identifier)
select
    :stream,
    control.system_identifier
from pg_control_system() as control
on conflict (stream) do update
    set
        last_xid = excluded.last_xid,
        last_id = excluded.last_id,
        last_event_at = null,
        system_identifier = excluded.system_identifier,
        updated_at = clock_timestamp();
