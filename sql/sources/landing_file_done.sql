-- ops.landing_files: a file of the landing folder was dealt with.
-- reads:  -
-- params: source_name, file_path, byte_count, modified_ns, outcome
-- rerun:  safe, upsert on (source_name, file_path)
insert into ops.landing_files (source_name, file_path, byte_count, modified_ns, outcome)
values (:source_name, :file_path, :byte_count, :modified_ns, :outcome)
on conflict (source_name, file_path) do update
    set
        byte_count = excluded.byte_count,
        modified_ns = excluded.modified_ns,
        outcome = excluded.outcome,
        seen_at = excluded.seen_at;
