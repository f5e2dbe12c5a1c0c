-- Statistics of the audited days and their sales: the checks are planned by them.
-- reads:  -
-- params: -
-- rerun:  safe
analyze audited_days, day_sales;
