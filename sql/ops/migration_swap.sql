-- the table in months takes the place of the plain one, when both hold the same.
-- reads:  -
-- params: relation
-- rerun:  once a migration
select
    row_count,
    row_checksum,
    changed_rows
from ops.swap_partitioned(:relation);
