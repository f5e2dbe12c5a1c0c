-- ops.day_shares: takes a day's shares away before they are computed again.
-- reads:  -
-- params: day
-- rerun:  safe, nothing is there the second time
delete from ops.day_shares
where date_key = :day;
