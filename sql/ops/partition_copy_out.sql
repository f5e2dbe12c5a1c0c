-- a partition: its rows as CSV; composed.
-- reads:  -
-- params: columns, relation
-- rerun:  safe, read only
copy (select {columns} from only {relation}) to stdout (format csv);
