-- settings of this transaction: whole months are joined in one pass of either side, also before there are statistics.
-- reads:  -
-- params: -
-- rerun:  safe, local to the transaction
select set_config('enable_nestloop', 'off', true);
