-- ops.landing_files: files of a source's folder that were dealt with.
-- reads:  -
-- params: source_name
-- rerun:  safe, read only
select
    file_path,
    byte_count,
    modified_ns
from ops.landing_files
where source_name = :source_name;
