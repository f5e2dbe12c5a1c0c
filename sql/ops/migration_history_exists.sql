-- migration history exists: whether a migrator has ever worked in this database.
-- reads:  -
-- params: -
-- rerun:  safe, reads only
select to_regclass('ops.migration_history') is not null as is_present;
