-- ops.input_versions: this transaction changed a table on which materialized views stand, by so many rows.
-- reads:  -
-- params: input_name, row_count
-- rerun:  counts again what is written again
insert into ops.input_versions as known (input_name, changed_rows)
values (:input_name, cast(:row_count as bigint))
on conflict (input_name) do update
    set
        version_xid = excluded.version_xid,
        changed_at = excluded.changed_at,
        changed_rows = known.changed_rows + excluded.changed_rows;
