-- ops.landing_files: which of the files that lie there were not dealt with in their present size and time, by position.
-- reads:  -
-- params: source_names, file_paths, byte_counts, modified_ns
-- rerun:  safe, read only
select lying.position
from
    unnest(
        cast(:source_names as text[]),
        cast(:file_paths as text[]),
        cast(:byte_counts as bigint[]),
        cast(:modified_ns as bigint[])
    ) with ordinality as lying (source_name, file_path, byte_count, modified_ns, position)
where
    not exists (
        select 1 from ops.landing_files as known
        where
            known.source_name = lying.source_name
            and known.file_path = lying.file_path
            and known.byte_count = lying.byte_count
            and known.modified_ns = lying.modified_ns
    );
