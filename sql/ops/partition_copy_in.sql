-- a table on its way back: rows as CSV; composed.
-- reads:  -
-- params: relation, columns
-- rerun:  made again when it was interrupted
copy {relation} ({columns}) from stdin (format csv);
