-- scout.silver_transaction_items: lines of superseded versions go; of a source whose codes a catalogue describes.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction of the window
delete from scout.silver_transaction_items as item
using window_superseded as old
where
    item.store_id = old.store_id
    and item.date_key = old.date_key
    and item.source_id = old.source_id
    and item.transaction_id = old.transaction_id;
