-- migration transaction id: tells whether a migration's file ended the transaction it was given.
-- reads:  -
-- params: -
-- rerun:  safe, assigns the transaction its number
select cast(pg_current_xact_id() as text) as transaction_id;
