-- estimated rows of a table over all its partitions; null when it was never analysed.
-- reads:  -
-- params: relation
-- rerun:  safe, read only
select sum(leaf.reltuples) filter (where leaf.reltuples >= 0)::bigint as row_estimate
from pg_partition_tree(cast(:relation as regclass)) as tree
inner join pg_class as leaf on tree.relid = leaf.oid
where tree.isleaf;
