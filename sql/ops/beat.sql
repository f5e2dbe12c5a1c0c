-- ops.heartbeats: somebody looks for work of this process now.
-- reads:  -
-- params: process
-- rerun:  safe, upsert on process
insert into ops.heartbeats (process)
values (:process)
on conflict (process) do update set beat_at = excluded.beat_at;
