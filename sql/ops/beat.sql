-- ops.heartbeats: somebody looks for work of this process now, and what has waited longest for it.
-- reads:  -
-- params: process, waiting_since, waiting_for
-- rerun:  safe, upsert on process
insert into ops.heartbeats (process, waiting_since, waiting_for)
values (:process, :waiting_since, :waiting_for)
on conflict (process) do update
    set
        beat_at = excluded.beat_at,
        waiting_since = excluded.waiting_since,
        waiting_for = excluded.waiting_for;
