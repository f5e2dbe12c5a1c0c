-- transaction settings: what every transaction of the pipeline holds, set locally so that a pooler may stand between.
-- reads:  -
-- params: statement_timeout, lock_timeout, transaction_timeout
-- rerun:  safe, local to the transaction
select
    set_config('timezone', 'UTC', true),
    set_config('datestyle', 'ISO, YMD', true),
    set_config('intervalstyle', 'postgres', true),
    set_config('jit', 'off', true),
    set_config('work_mem', '96MB', true),
    set_config('hash_mem_multiplier', '2', true),
    set_config('statement_timeout', :statement_timeout, true),
    set_config('lock_timeout', :lock_timeout, true),
    set_config('transaction_timeout', :transaction_timeout, true),
    set_config('idle_in_transaction_session_timeout', '10min', true);
