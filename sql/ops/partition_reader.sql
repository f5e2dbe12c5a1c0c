-- pg_stat_activity: the other transaction that has been open for longest and may read a partition that is to leave.
-- reads:  -
-- params: part_name
-- rerun:  safe, read only
with holders as (
    select held.pid
    from pg_locks as held
    where held.granted and held.relation = to_regclass(cast(:part_name as text))
)

select
    session.pid,
    session.xact_start as began_at,
    coalesce(nullif(session.application_name, ''), session.usename, '') as label
from pg_stat_activity as session
left join holders on session.pid = holders.pid
where
    session.datname = current_database()
    and session.backend_type = 'client backend'
    and session.pid <> pg_backend_pid()
    and (session.backend_xmin is not null or holders.pid is not null)
order by session.xact_start
limit 1;
