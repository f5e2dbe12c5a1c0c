-- settings of this transaction: the padded HMAC keys that scout.customer_pseudonym reads.
-- reads:  -
-- params: inner_key, outer_key
-- rerun:  safe, local to the transaction
select
    set_config('scout.pseudonym_inner', :inner_key, true),
    set_config('scout.pseudonym_outer', :outer_key, true);
