-- ops.analyze_partitions: statistics of a table in months, its parent too.
-- reads:  -
-- params: relation
-- rerun:  safe
select
    relation,
    partition_count,
    estimated_rows,
    total_bytes
from ops.analyze_partitions(:relation);
