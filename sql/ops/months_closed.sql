-- month: are the store-days of all its sales closed?
-- reads:  -
-- params: month
-- rerun:  safe, read only
select ops.month_is_closed(cast(:month as date)) as is_closed;
