-- advisory lock of the daemon: which session has it.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with wanted as (
    select hashtextextended('scout dagster daemon', 0) as key
)

select session.application_name as label
from wanted
inner join pg_locks as held
    -- a key of 64 bits is shown in two halves
    on ((wanted.key >> 32) & 4294967295) = held.classid::bigint and (wanted.key & 4294967295) = held.objid::bigint
inner join pg_stat_activity as session on held.pid = session.pid
where
    held.locktype = 'advisory'
    and held.granted
    and held.database = (
        select here.oid from pg_database as here
        where here.datname = current_database()
    );
