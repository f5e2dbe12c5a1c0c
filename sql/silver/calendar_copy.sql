-- calendar_days: the days, in bulk.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that fills the calendar
copy calendar_days from stdin;
