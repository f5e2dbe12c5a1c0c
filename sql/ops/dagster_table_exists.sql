-- dagster table exists: whether Dagster has made this table of its storage yet.
-- reads:  -
-- params: table_name
-- rerun:  safe, reads only
select to_regclass(cast(:table_name as text)) is not null as is_there;
