-- migration settings: a migration never queues long for a lock, and names every schema itself.
-- reads:  -
-- params: lock_timeout
-- rerun:  safe, local to the transaction
select
    set_config('lock_timeout', :lock_timeout, true),
    set_config('search_path', '', true);
