-- rows, checksum and sums of one table.
-- reads:  -
-- params: relation, columns
-- rerun:  safe, read only
select
    row_count,
    row_checksum,
    sums
from ops.partition_facts(cast(:relation as regclass), cast(:columns as text[]));
