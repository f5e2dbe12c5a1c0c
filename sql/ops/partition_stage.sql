-- a table beside the partitioned one, to read an archive back into; composed.
-- reads:  -
-- params: relation, parent
-- rerun:  made again when it was interrupted
create unlogged table {relation} (like {parent});
