-- window_parsed: the lines that were not resolved go.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the window
drop table window_parsed;
