-- audit log: its newest entries, the newest first.
-- reads:  -
-- params: since, act, actor, row_limit
-- rerun:  safe, read only
select
    entry.entry_number,
    entry.logged_at,
    entry.actor,
    entry.os_user,
    entry.database_user,
    entry.act,
    entry.phase,
    entry.object,
    entry.parameters,
    entry.outcome,
    entry.begun_number,
    entry.transaction_id::text as transaction_id
from ops.audit_log as entry
where
    (cast(:since as timestamptz) is null or entry.logged_at >= cast(:since as timestamptz))
    and (cast(:act as text) is null or entry.act = cast(:act as text))
    and (cast(:actor as text) is null or entry.actor = cast(:actor as text))
order by entry.entry_number desc
limit :row_limit;
