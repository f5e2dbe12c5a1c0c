-- statistics of the baskets: how many codes meet decides how they are joined.
-- reads:  -
-- params: -
-- rerun:  safe
analyze basket_contents;
