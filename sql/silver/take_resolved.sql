-- window_parsed: the resolved lines take its place.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the window
alter table window_resolved rename to window_parsed;
