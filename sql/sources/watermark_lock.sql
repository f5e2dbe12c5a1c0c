-- ops.streaming_watermarks: the stream's cursor, locked to the end of the transaction, and whose ids it counts.
-- reads:  -
-- params: stream
-- rerun:  safe, makes the row at its first use
with known as (
    insert into ops.streaming_watermarks as mark (stream, system_identifier)
    select
        :stream,
        system_identifier
    from pg_control_system()
    on conflict (stream) do update set stream = excluded.stream
    returning mark.last_xid, mark.last_id, mark.system_identifier
)

select
    known.last_xid::text as last_xid,
    known.last_id,
    known.system_identifier = control.system_identifier as is_same_cluster
from known
cross join pg_control_system() as control;
