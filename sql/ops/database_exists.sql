-- database exists: whether this server holds a database of that name.
-- reads:  -
-- params: database_name
-- rerun:  safe, reads only
select exists(
    select 1
    from pg_database
    where datname = :database_name
);
