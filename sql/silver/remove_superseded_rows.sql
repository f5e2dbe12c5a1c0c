-- a table beside silver: its rows of superseded versions go; composed with the table.
-- reads:  -
-- params: relation
-- rerun:  safe, in the transaction of the window
delete from {relation} as stale
using window_superseded as old
where
    stale.store_id = old.store_id
    and stale.date_key = old.date_key
    and stale.source_id = old.source_id
    and stale.transaction_id = old.transaction_id;
