-- the table in months beside a plain one, empty.
-- reads:  -
-- params: relation, key_column
-- rerun:  once a migration
select ops.begin_partition_migration(cast(:relation as regclass), :key_column) as new_relation;
