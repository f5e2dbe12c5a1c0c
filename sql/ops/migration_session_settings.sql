-- migration session settings: outside a transaction an index may take its time, a lock may not.
-- reads:  -
-- params: lock_timeout
-- rerun:  safe, the connection is thrown away afterwards
select
    set_config('lock_timeout', :lock_timeout, false),
    set_config('statement_timeout', '0', false),
    set_config('search_path', '', false);
