-- what keeps a table from being moved into months.
-- reads:  -
-- params: relation, key_column
-- rerun:  safe, read only
select problem
from ops.partition_migration_problems(cast(:relation as regclass), :key_column)
order by problem;
