-- daemon heartbeats: when each part of the newest daemon last said that it lives; in the storage of Dagster, in UTC.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
with newest as (
    select beat.daemon_id
    from daemon_heartbeats as beat
    order by beat.timestamp desc
    limit 1
)

select
    beat.daemon_type,
    extract(epoch from now() - beat.timestamp at time zone 'UTC')::double precision as age_seconds
from daemon_heartbeats as beat
-- parts that an earlier daemon had, and this one has not, are silent for ever
inner join newest on beat.daemon_id = newest.daemon_id
order by beat.timestamp, beat.daemon_type;
