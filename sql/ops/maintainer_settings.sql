-- maintainer: its lock is held by a transaction that does nothing else, for as long as the work takes.
-- reads:  -
-- params: -
-- rerun:  safe, local to the transaction
select
    set_config('transaction_timeout', '0', true),
    set_config('idle_in_transaction_session_timeout', '0', true);
