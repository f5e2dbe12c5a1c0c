-- migration read only: a verification must not change anything.
-- reads:  -
-- params: -
-- rerun:  safe, until the savepoint is rolled back
select set_config('transaction_read_only', 'on', true);
