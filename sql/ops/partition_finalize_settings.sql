-- a partition whose leaving was interrupted: how long its end may wait, in milliseconds, while readers wait behind it.
-- reads:  -
-- params: lock_ms
-- rerun:  safe, local to the transaction
select set_config('lock_timeout', cast(:lock_ms as text), true);
