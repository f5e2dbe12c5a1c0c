-- maintenance limits: how long the next statement may take, and wait for a lock, in milliseconds; 0 is for ever.
-- reads:  -
-- params: statement_ms, lock_ms
-- rerun:  safe, holds until it is set again
select
    set_config('statement_timeout', cast(:statement_ms as text), false),
    set_config('lock_timeout', cast(:lock_ms as text), false);
