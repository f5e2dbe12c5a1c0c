-- ops.streaming_watermarks: does the stream's cursor count the transaction ids of this cluster?
-- reads:  -
-- params: stream
-- rerun:  safe, read only
select coalesce(bool_and(mark.system_identifier = control.system_identifier), true) as is_same_cluster
from ops.streaming_watermarks as mark
cross join pg_control_system() as control
where mark.stream = :stream;
