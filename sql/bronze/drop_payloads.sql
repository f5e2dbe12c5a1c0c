-- landing_lines: as a table of its own gone before the next lines are read.
-- reads:  -
-- params: -
-- rerun:  safe
drop table if exists landing_lines;
