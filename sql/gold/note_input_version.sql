-- ops.input_versions: this transaction changed a table on which materialized views stand.
-- reads:  -
-- params: input_name
-- rerun:  safe, upsert on input_name
insert into ops.input_versions as known (input_name)
values (:input_name)
on conflict (input_name) do update
    set version_xid = excluded.version_xid, changed_at = excluded.changed_at;
