-- daemon heartbeat: when a daemon last said that it lives; in Dagster's storage, which keeps times in UTC.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
select
    max(daemon_heartbeats.timestamp) at time zone 'UTC' as beat_at,
    now() as now_at
from daemon_heartbeats;
