-- maintenance vacuum: makes the room of dead rows usable again; the end of the file is not cut off, readers would wait.
-- reads:  -
-- params: target
-- rerun:  safe, the second time finds nothing
vacuum (skip_locked, truncate false) {target};
