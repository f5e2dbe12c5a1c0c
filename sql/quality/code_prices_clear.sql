-- ops.code_prices: takes a day's prices away before they are computed again.
-- reads:  -
-- params: day
-- rerun:  safe, nothing is there the second time
delete from ops.code_prices
where date_key = :day;
