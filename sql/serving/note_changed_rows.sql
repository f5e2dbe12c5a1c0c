-- ops.view_changes: a view was refreshed when so many rows had been written to its inputs.
-- reads:  -
-- params: view_name, changed_rows
-- rerun:  safe, upsert on view_name
insert into ops.view_changes (view_name, seen_rows)
values (:view_name, :changed_rows)
on conflict (view_name) do update set seen_rows = excluded.seen_rows;
